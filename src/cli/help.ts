export const help = `Opens a session on a managed node in this terminal.

  connect <target>           id of the node: i-… or mi-…
    --endpoint-url <url>     instead of the Region's own; http: for this machine only
    --region <region>        else AWS_REGION, AWS_DEFAULT_REGION, or the profile's
    --profile <name>         profile of the shared AWS files; else the SDK's default chain
    --document-name <name>   session document; else the service's default
    --parameters <json>      {"name":["value"]}
    --reason <text>          kept by the service with the session
  --help, --version

Keys, at the start of a line and with a terminal on standard input:
  ~.   end the session     ~~   a single ~     ~?   this list
Everything else goes to the node, Ctrl-C included.

Without a terminal on standard input, its bytes are sent as they come. At its end the last line is completed, and
end of file (Ctrl-D) is sent, again every second, until the session ends.

Exit status: 0 ended, 1 session failed, 2 usage, 3 credentials or permission, 4 target or document, 5 connection lost
for good, 128 + n on signal n. The status of a remote shell is not known: the protocol does not carry it.
`;

export const escapeHelp = ['~.  end the session', '~~  send ~', '~?  this list'];

export const help = `Opens sessions on managed nodes.

  connect <target>           a session in this terminal: a shell, or whatever its document starts
    --document-name <name>   session document; else the service's default
    --parameters <json>      {"name":["value"]}
  exec <target> -- <command> runs a command without a terminal; its outputs, its exit status
    --shell                  through a shell of the node, for pipes, variables and ; between commands
    --document-name <name>   another document with a parameter named command
  forward <target> --remote-port <n>
                             a port of the node, or of a host that the node reaches, on this computer
    --remote-host <host>     else the node itself
    --local-port <n>         else a free one
    --bind <address>         else 127.0.0.1; one that other computers reach needs --expose as well
    --local-socket <path>    a Unix socket instead
  ssh-proxy <target> [port]  SSH on standard input and output, for ProxyCommand; port 22 unless given

<target> is the id of a node, i-…, mi-… or ecs:…. Instead of it connect, exec and forward take a query, which picks a healthy
member and says which:
    --tag <key=value>        again for further tags: all have to match
    --name <pattern>         of an EC2 instance
    --auto-scaling-group <name>
    --ecs-service <cluster/service[/container]>
* in a value or a name stands for any number of characters.

Everywhere:
    --region <region>        else AWS_REGION, AWS_DEFAULT_REGION, or the profile's
    --profile <name>         profile of the shared AWS files; else the SDK's default chain
    --endpoint-url <url>     instead of the Region's own; http: for this machine only
    --kms-endpoint-url <url> the same for the key of encrypted sessions
    --reason <text>          kept by the service with the session
    --request-access         where the node needs an approval: asks for it with the reason, waits, and goes on
    --help, --version

In a shell, at the start of a line and with a terminal on standard input:
  ~.   end the session     ~~   a single ~     ~?   this list
Everything else goes to the node, Ctrl-C included. Ctrl-C in exec is for the command; a second one ends the session. Ctrl-C
ends a tunnel.

Without a terminal on standard input, a shell gets its bytes as they come. At its end the last line is completed, and
end of file (Ctrl-D) is sent, again every second, until the session ends.

One word after -- is taken as it is and split into words by the node; several words stay the words they are.

Exit status: 0 ended, 1 session failed or local port in use, 2 usage, 3 credentials or permission, 4 target or document,
5 connection lost for good, 128 + n on signal n. That of a remote shell is not known: the protocol does not carry it. exec
ends with that of its command, where the document tells it.
`;

export const escapeHelp = ['~.  end the session', '~~  send ~', '~?  this list'];

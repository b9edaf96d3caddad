import { source, type Attack } from '../attack.ts';

/** Stands for the port of a server that listens and logs; the runner puts the real one in its place. */
export const PORT = '{{PORT}}';
const HOST = '127.0.0.1';

/** Tries `code`; whatever it does, the answer is wrong. What counts is the log of the server. */
const reaches = (name: string, code: string, more: Partial<Attack> = {}): Attack => ({
  name,
  program: `def f(x):\n    try:\n${code
    .trimEnd()
    .split('\n')
    .map((line) => `        ${line}`)
    .join('\n')}\n    except Exception as error: print(repr(error))\n    return "out"\n`,
  status: 'wrong',
  tests: [{ args: [0], expected: 'never' }],
  ...more,
});

/** Every way of the standard library to speak to the world, aimed at a server that would hear it. */
export const network: readonly Attack[] = [
  reaches(
    'urllib',
    `import urllib.request\nurllib.request.urlopen("http://${HOST}:${PORT}/urllib", timeout=1)`,
  ),
  reaches(
    'http.client',
    `import http.client\nc = http.client.HTTPConnection("${HOST}", ${PORT}, timeout=1)\nc.request("GET", "/http")\nc.getresponse()`,
  ),
  reaches(
    'a socket',
    source`
    import socket
    s = socket.create_connection(("${HOST}", ${PORT}), 1)
    s.send(b"GET /socket HTTP/1.0\r\n\r\n")
  `,
  ),
  reaches(
    'a socket that does not wait',
    source`
    import socket, time
    s = socket.socket()
    s.setblocking(False)
    s.connect_ex(("${HOST}", ${PORT}))
    time.sleep(0.2)
    s.send(b"GET /socket HTTP/1.0\r\n\r\n")
  `,
  ),
  reaches(
    'a datagram',
    `import socket\nsocket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("${HOST}", ${PORT}))`,
  ),
  reaches(
    'a listening socket',
    source`
    import socket
    s = socket.socket()
    s.bind(("0.0.0.0", 0))
    s.listen()
    s.settimeout(0.1)
    s.accept()
  `,
  ),
  reaches(
    'a name lookup',
    'import socket\nsocket.getaddrinfo("localhost", 80)\nsocket.gethostbyname("example.invalid")\nraise OSError',
  ),
  reaches('asyncio', `import asyncio\nasyncio.run(asyncio.open_connection("${HOST}", ${PORT}))`),
  reaches(
    'smtplib and ftplib',
    `import smtplib, ftplib\ntry: smtplib.SMTP("${HOST}", ${PORT}, timeout=1)\nexcept Exception: pass\nftplib.FTP().connect("${HOST}", ${PORT}, 1)`,
  ),
  reaches(
    'an XML-RPC call',
    `import xmlrpc.client\nxmlrpc.client.ServerProxy("http://${HOST}:${PORT}/rpc").ping()`,
  ),
  reaches(
    'a log handler',
    `import logging.handlers\nlogging.handlers.HTTPHandler("${HOST}:${PORT}", "/log").emit(logging.makeLogRecord({}))\nlogging.handlers.SocketHandler("${HOST}", ${PORT}).emit(logging.makeLogRecord({}))`,
  ),
  reaches('a browser', `import webbrowser\nwebbrowser.open("http://${HOST}:${PORT}/browser")`),
  reaches(
    'a shell',
    `import os\nos.system("curl http://${HOST}:${PORT}/shell")\nos.popen("curl http://${HOST}:${PORT}/shell").read()`,
  ),
  reaches(
    "Pyodide's own requests",
    source`
    import sys
    for name in list(sys.modules):
        if sys.modules[name] is None: del sys.modules[name]
    from pyodide.http import open_url
    open_url("http://${HOST}:${PORT}/pyodide")
  `,
  ),
  reaches(
    "the browser's fetch",
    source`
    import sys
    for name in list(sys.modules):
        if sys.modules[name] is None: del sys.modules[name]
    import js
    js.fetch("http://${HOST}:${PORT}/fetch")
  `,
  ),
  reaches(
    'an external entity',
    `import xml.sax, io\np = xml.sax.make_parser()\np.setFeature(xml.sax.handler.feature_external_ges, True)\np.parse(io.StringIO('<!DOCTYPE d [<!ENTITY e SYSTEM "http://${HOST}:${PORT}/xml">]><d>&e;</d>'))`,
  ),
  reaches(
    'pip',
    'import sys\nsys.modules.pop("micropip", None)\nimport micropip\nmicropip.install("requests")',
  ),
];

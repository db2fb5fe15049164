"""Runs each script in this folder and prints the request that it sends to
127.0.0.1:8000, a JSON object on a line; bytes are in base64."""

import base64
import glob
import http.server
import json
import subprocess
import sys
import threading

requests = []


def encoded(text):
    return base64.b64encode(text.encode("latin-1")).decode()  # as http.server has decoded it


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        requests.append({
            "method": self.command, "target": self.path, "body": base64.b64encode(body).decode(),
            "header": [[name, encoded(value)] for name, value in self.headers.items()],
        })
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    do_PUT = do_POST

    def log_message(self, *args):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 8000), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
for script in sorted(glob.glob("/calls/*.call.py")):
    requests.clear()
    done = subprocess.run([sys.executable, script], capture_output=True, text=True)
    print(json.dumps({"script": script, "requests": requests, "error": done.stderr if done.returncode else ""}))

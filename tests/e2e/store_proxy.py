# SPDX-License-Identifier: Apache-2.0
"""Stands between fmferry and a real S3 server and does what neither would do on demand.

A rule is a line: METHOD KIND [hit N[..[M]]] ACTION. METHOD may be `any`. A request is of the KIND
  probe     of the object that finds out what the store can do
  object    any other object: PUT, GET, HEAD
  begin, part, complete, abandon   of an upload by parts
  list      a page of the listing
Hits count matching requests from 1; without them it is the first one. Of all rules that match, the first that is due
acts. The ACTIONs:
  reply STATUS CODE      the store is not asked
  reset after N%         so much of the request's body is read, then the connection is torn down
  drop reply             the store does what it was asked, but nobody hears of it
  etag wrong             the reply names another ETag, as for other bytes
  flip byte              one byte of the request's body, on its way in
  spoil byte             one byte of the reply's body, on its way out
  cut reply after N%     of its body, in the middle of the announced length
"""
import hashlib
import http.client
import http.server
import re
import socket
import struct
import sys
import threading
import urllib.parse

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"}
RULE = re.compile(r"(?P<method>\S+) (?P<kind>\w+)(?: hit (?P<first>\d+)(?P<dots>\.\.(?P<last>\d*))?)? (?P<action>.+)")
ACTION = re.compile(r"reply (?P<status>\d+) (?P<code>\w+)|reset after (?P<taken>\d+)%|drop reply|etag wrong|flip byte|"
                    r"spoil byte|cut reply after (?P<kept>\d+)%")


def kind_of(method, path):
    url = urllib.parse.urlsplit(path)
    query = urllib.parse.parse_qs(url.query, keep_blank_values=True)
    if "list-type" in query:
        return "list"
    if "uploads" in query:
        return "begin"
    if "uploadId" in query:
        return {"POST": "complete", "DELETE": "abandon"}.get(method, "part")
    return "probe" if "/.fmferry/" in url.path else "object"


class Rule:
    def __init__(self, text):
        self.text, self.hits = text, 0
        parts, action = RULE.fullmatch(text), None
        if parts:
            action = ACTION.fullmatch(parts["action"])
        if not action:
            raise ValueError(f"no rule: {text}")
        self.method, self.kind = parts["method"], parts["kind"]
        self.first = int(parts["first"] or 1)
        self.last = self.first if not parts["dots"] else int(parts["last"] or 1 << 60)
        self.action, self.values = " ".join(parts["action"].split()[:2]), action.groupdict()
        self.matched = 0

    def is_due(self, method, kind):
        if self.kind != kind or self.method not in ("any", method):
            return False
        self.matched += 1
        return self.first <= self.matched <= self.last


def flipped(data):
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1:] if data else data


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def tear_down(self):
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def ask_store(self, body):
        connection = http.client.HTTPConnection(*self.server.store, timeout=60)
        try:
            # As it came, the host too: all of it is signed.
            connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                connection.putheader(name, value)
            connection.endheaders(body or None)
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            connection.close()

    def say(self, status, headers, body, announced=None):
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if announced is None else announced))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        rule = self.server.proxy.due(self.command, kind_of(self.command, self.path))
        action, values = (rule.action, rule.values) if rule else ("", {})
        if action == "reset after":
            self.rfile.read(length * int(values["taken"]) // 100)
            return self.tear_down()
        body = self.rfile.read(length)
        if action == f"reply {values.get('status')}":
            xml = f"<Error><Code>{values['code']}</Code><Message>made up</Message></Error>".encode()
            return self.say(int(values["status"]), [("Content-Type", "application/xml")], xml)
        status, headers, data = self.ask_store(flipped(body) if action == "flip byte" else body)
        if action == "drop reply":
            return self.tear_down()
        if action == "etag wrong":
            other = f'"{hashlib.md5(body + b"x").hexdigest()}"'
            headers = [(name, other if name.lower() == "etag" else value) for name, value in headers]
        if action == "cut reply":
            self.say(status, headers, data[:len(data) * int(values["kept"]) // 100], len(data))
            return self.tear_down_gently()
        announced = dict((name.lower(), value) for name, value in headers).get("content-length")
        self.say(status, headers, flipped(data) if action == "spoil byte" else data,
                 announced if self.command == "HEAD" else None)

    def tear_down_gently(self):
        """What was written still arrives."""
        self.close_connection = True

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = answer


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """That a client goes away is part of the tests; only what else goes wrong is told."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class StoreProxy:
    def __init__(self, host, port):
        self.rules, self.lock = [], threading.Lock()
        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.proxy, self.server.store = self, (host, port)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()
        self.endpoint = f"http://127.0.0.1:{self.server.server_port}"

    def set_rules(self, lines):
        with self.lock:
            self.rules = [Rule(line) for line in lines]

    def hits(self):
        with self.lock:
            return {rule.text: rule.hits for rule in self.rules}

    def due(self, method, kind):
        with self.lock:
            due = [rule for rule in self.rules if rule.is_due(method, kind)]
            if due:
                due[0].hits += 1
            return due[0] if due else None

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

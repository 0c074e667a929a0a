"""A mail server of a few lines that refuses, or goes away, exactly where a test says."""

import socketserver
import threading
from contextlib import contextmanager


class Conversation(socketserver.StreamRequestHandler):
    def handle(self):
        server = self.server
        server.calls += 1
        if not self.say("greeting", "220 klaar"):
            return
        while line := self.rfile.readline():
            word = line[:4].upper().strip()
            if word == b"DATA":
                if not self.say("data", "354 ga uw gang"):
                    return
                if "data" in server.behaviour:
                    continue  # refused: no message follows
                lines = []
                while (text := self.rfile.readline()) not in (b".\r\n", b""):
                    lines.append(text)
                if server.behaviour.get("message", "")[:1] in ("", "d"):  # taken, also when it says so no more
                    server.taken.append(b"".join(lines).decode())
                if not self.say("message", "250 aangenomen"):
                    return
            elif word == b"QUIT":
                self.wfile.write(b"221 dag\r\n")
                return
            else:
                if not self.say({b"MAIL": "sender", b"RCPT": "recipient"}.get(word, "other"), "250 goed"):
                    return

    def say(self, moment, otherwise):
        """Answers as the test wants; `drop` hangs up instead."""
        answer = self.server.behaviour.get(moment, otherwise)
        if answer == "drop":
            return False
        self.wfile.write(f"{answer}\r\n".encode())
        return True


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True

    def __init__(self, **behaviour):
        super().__init__(("127.0.0.1", 0), Conversation)
        self.behaviour, self.taken, self.calls = behaviour, [], 0


@contextmanager
def mail_server(settings, **behaviour):
    """The portal mails through this server for as long as the block lasts."""
    with Server(**behaviour) as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        settings.EMAIL_USE_TLS, settings.EMAIL_TIMEOUT = False, 5
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()

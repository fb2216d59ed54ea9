"""What the benchmarks share: servers from start to end, subscribers, and what is printed. README.md explains the figures."""

import argparse
import json
import os
import platform
import random
import re
import resource
import shlex
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
HOME = HERE.parent
HOST = "127.0.0.1"
JAR_FLAGS = ["-XX:+UseSerialGC", "-Xshare:auto", "-Xmx512m", "-XX:+ExitOnOutOfMemoryError"]  # as ./muster has them
ENDINGS = signal.SIGINT, signal.SIGTERM


def options(description):
    """The options that all benchmarks have."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--quick", action="store_true", help="within a minute: shows that it works, no figures")
    parser.add_argument("--jar", help="a muster.jar to measure, in place of the one that ./muster builds")
    parser.add_argument("--java-flags", default="", help="flags that are added to those of ./muster")
    parser.add_argument("--no-pin", action="store_true", help="leave the choice of CPUs to the kernel")
    parser.add_argument("--nice", type=int, default=0, help="of everything that is started; below 0 (root only) on a busy machine")
    return parser


class Stage:
    """Where a benchmark plays: a directory, CPUs, and processes that are all gone when it ends.

    The server has the first CPU to itself; clients, publishers and this program share the others.
    """

    def __init__(self, given, *programs):
        self.given = given
        missing = [program for program in ("gcc", "taskset", *programs) if not shutil.which(program)]
        if missing:
            raise SystemExit(f"needs {', '.join(missing)}: see bench/README.md")
        cpus = sorted(os.sched_getaffinity(0))
        pin = len(cpus) > 1 and not given.no_pin
        self.server_cpus = cpus[:1] if pin else cpus
        self.client_cpus = cpus[1:] if pin else cpus
        self.started = []

    def __enter__(self):
        for number in ENDINGS:
            signal.signal(number, lambda number, frame: sys.exit(128 + number))
        _, most_files = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most_files, most_files))
        os.sched_setaffinity(0, self.client_cpus)
        if self.given.nice:
            prefer(os.getpid(), self.given.nice)
        self.work = Path(tempfile.mkdtemp(prefix="muster-bench-"))
        self.work.chmod(0o755)  # nginx's worker and PostgreSQL run under other accounts when this is root
        return self

    def __exit__(self, *failure):
        for number in ENDINGS:
            signal.signal(number, signal.SIG_IGN)  # what was started must end first
        for process in reversed(self.started):
            end(process)
        if self.given.nice:
            prefer(os.getpid(), 0)
        shutil.rmtree(self.work, ignore_errors=True)

    def start(self, name, command, cpus, **popen):
        """A process whose output goes to a file of the stage unless it is asked for."""
        log = open(self.work / f"{name}.log", "ab")
        popen = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log, "start_new_session": True, **popen}
        pinned = ["taskset", "-c", ",".join(map(str, cpus)), *map(str, command)]
        process = subprocess.Popen(pinned, **popen)
        if self.given.nice:
            prefer(process.pid, self.given.nice)
        process.log = self.work / f"{name}.log"
        self.started.append(process)
        return process

    def compiled(self, name):
        """The program of a C source."""
        program = self.work / name
        subprocess.run(["gcc", "-O2", "-Wall", "-o", program, HERE / f"{name}.c", "-lz"], check=True)
        return program


def prefer(pid, nice):
    """Sets the priority of a process and, where the kernel weighs sessions and not processes, of its session."""
    os.setpriority(os.PRIO_PROCESS, pid, nice)
    session = Path(f"/proc/{pid}/autogroup")
    if session.exists():
        session.write_text(str(nice))


def end(process):
    """Ends a process: in order, then by force."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port():
    """A port below the range from which clients get theirs."""
    for port in random.sample(range(20000, 32000), 200):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
                return port
            except OSError:
                pass
    raise SystemExit("no free port")


def wait_until(true, process, seconds=60):
    """Waits for a condition; gives up when time is up or the process is gone, and shows its log."""
    limit = time.monotonic() + seconds
    while not true():
        if time.monotonic() > limit or process.poll() is not None:
            raise SystemExit(f"{shlex.join(process.args)} does not answer:\n{process.log.read_text()[-3000:]}")
        time.sleep(0.05)


class Server:
    """A server on a port, and the process whose CPU and memory count."""

    def __init__(self, name, port, process, pid=None):
        self.name, self.port, self.process = name, port, process
        self.pid = pid or process.pid

    def get(self, path, compressed=False):
        """The answer as it came, or nothing when it is not 200."""
        fields = {"Accept-Encoding": "gzip"} if compressed else {}
        request = urllib.request.Request(f"http://{HOST}:{self.port}{path}", headers=fields)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.read()
        except (urllib.error.URLError, OSError):
            return None

    def head(self, path, *lines):
        """The head of an answer that may go on for ever: its fields, in lower case."""
        with socket.create_connection((HOST, self.port), timeout=10) as connection:
            connection.sendall("\r\n".join([f"GET {path} HTTP/1.1", "Host: x", *lines, "", ""]).encode())
            text = b""
            while b"\r\n\r\n" not in text:
                text += connection.recv(4096) or b"\r\n\r\n"
        fields = text.decode("latin-1").lower().partition("\r\n\r\n")[0].split("\r\n")[1:]
        return dict(field.split(": ", 1) for field in fields)

    def open_files(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def listens(self):
        with socket.socket() as probe:
            return probe.connect_ex((HOST, self.port)) == 0

    def wait_for(self, path, seconds=60):
        wait_until(lambda: self.get(path) is not None, self.process, seconds)
        return self

    def cpu_seconds(self):
        """User and system time so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self, key="VmRSS"):
        """A line of its status, in kB."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith(key + ":"):
                return int(line.split()[1])
        raise KeyError(key)

    def jcmd(self, command):
        """The JVM's answer to a diagnostic command."""
        return subprocess.run(["jcmd", str(self.pid), command], capture_output=True, text=True, timeout=60, check=True).stdout

    def heap_kb(self):
        """What is alive in the JVM's heap, after a collection."""
        self.jcmd("GC.run")
        return sum(map(int, re.findall(r" total \d+K, used (\d+)K", self.jcmd("GC.heap_info"))))


def java():
    home = os.environ.get("JAVA_HOME")
    return os.environ.get("MUSTER_JAVA") or (f"{home}/bin/java" if home else "java")


class Muster(Server):
    """The real program, on ports and a directory of its own; as a member of a cluster when there is a seed."""

    def __init__(self, stage, *arguments, name="Muster", jar=None, seed=None, cpus=None, flags=""):
        given = stage.given
        flags = f"{given.java_flags} {flags}"
        jar = jar or given.jar
        port = free_port()
        settings = {"api.listen.main": f"{HOST}:{port}", "api.max_subscribers": 0}
        settings |= {f"api.listen.{other}": "off" for other in ("rest", "usage", "socktop")}
        if seed:
            settings["cluster.listen"] = seed
        command = [java(), *JAR_FLAGS, *shlex.split(flags), "-jar", jar] if jar else [HOME / "muster"]
        command += [word for key, value in settings.items() for word in ("--set", f"{key}={value}")]
        command += ["--data", tempfile.mkdtemp(prefix="data-", dir=stage.work), *arguments]
        environment = {**os.environ, "MUSTER_JAVA_OPTS": flags}
        process = stage.start(f"muster-{port}", command, cpus or stage.server_cpus, env=environment)
        self.seed, self.jar = seed, jar or HOME / "launcher/target/muster.jar"
        super().__init__(name, port, process)


def seed():
    """Where a cluster's first member listens."""
    return f"{HOST}:{free_port()}"


class FrameBus:
    """A member of a Muster's cluster: see FrameBus.java."""

    def __init__(self, stage, muster, *arguments, **popen):
        mode, *rest = arguments
        flags = ["-XX:+UseSerialGC", "-Xmx256m", "-XX:TieredStopAtLevel=1", "-cp", muster.jar]
        command = [java(), *flags, HERE / "FrameBus.java", mode, muster.seed, seed(), *rest]
        self.process = stage.start(f"framebus-{muster.port}", command, stage.client_cpus, stdin=subprocess.PIPE, **popen)

    def rate(self, frames_per_second):
        self.process.stdin.write(f"{frames_per_second}\n".encode())
        self.process.stdin.flush()


def nginx(stage, name, events_and_http):
    """nginx with one worker, which is the process that counts."""
    port = free_port()
    folder = stage.work / name
    folder.mkdir()
    folder.chmod(0o755)
    modules = [path for path in ("/usr/lib/nginx/modules", "/usr/lib64/nginx/modules") if Path(path).is_dir()]
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (folder / "nginx.conf").write_text(
        f"load_module {modules[0]}/ngx_nchan_module.so;\n"
        f"daemon off;\nworker_processes 1;\nworker_rlimit_nofile 65536;\npid {folder}/pid;\nerror_log stderr;\n"
        "events { worker_connections 20000; multi_accept on; }\n"
        "http {\naccess_log off;\ntcp_nodelay on;\nkeepalive_requests 1000000000;\nkeepalive_timeout 600s;\n"
        f"{temporary}{events_and_http.format(port=port, folder=folder)}\n}}\n"
    )
    process = stage.start(name, ["nginx", "-p", folder, "-c", folder / "nginx.conf"], stage.server_cpus)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    wait_until(lambda: children.exists() and children.read_text().split(), process)
    return Server(name, port, process, int(children.read_text().split()[0]))


NCHAN = """
nchan_shared_memory_size 128M;
server {{
  listen 127.0.0.1:{port} backlog=4096;
  client_max_body_size 1m;
  client_body_buffer_size 256k;
  location = /publish {{ nchan_publisher; nchan_channel_id frames; nchan_message_buffer_length 16; nchan_message_timeout 5s; }}
  location = /events {{ nchan_subscriber eventsource; nchan_channel_id frames; nchan_subscriber_first_message newest; }}
}}
"""


class NchanPublisher(threading.Thread):
    """Posts frames to nchan, stamped like those of FrameBus, until told to stop."""

    def __init__(self, port, frames, rate):
        super().__init__(daemon=True)
        self.connection = socket.create_connection((HOST, port), timeout=10)
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.frames, self.pause, self.stopped = frames, 1 / rate, threading.Event()

    def run(self):
        due = time.monotonic()
        sequence = 0
        while not self.stopped.wait(max(0, due - time.monotonic())):
            due = max(due + self.pause, time.monotonic() - 1)
            sequence += 1
            body = stamped(self.frames[sequence % len(self.frames)], sequence).encode()
            head = f"POST /publish HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            self.connection.sendall(head.encode() + body)
            self.connection.recv(65536)  # the answer: at most some hundred bytes, sent at once
        self.connection.close()

    def stop(self):
        self.stopped.set()
        self.join()


STAMP = "published_ns", 19
SEQUENCE = "sequence", 10


def stamped(frame, sequence):
    for (key, digits), value in ((SEQUENCE, sequence), (STAMP, time.time_ns())):
        at = frame.index(f'"{key}":"') + len(key) + 4
        frame = frame[:at] + str(value).zfill(digits) + frame[at + digits :]
    return frame


def make_frames(stage, size, count=16):
    """Different frames of a host with eight GPUs, all of one size, with room for stamp and sequence; and the file they are in.

    Taken from Muster's simulation. Cores are left out until the frame fits, and what moves is made to move independently, as
    on a real host: it must not be easier to compress.
    """
    muster = Muster(stage, "--roles", "collector,api", "--simulate", "1x8xH100").wait_for("/snapshot?host=sim-0001")
    snapshot = json.loads(muster.get("/snapshot?host=sim-0001"))
    end(muster.process)
    chance = random.Random(12)
    frames = [make_frame(snapshot, size, chance) for _ in range(count)]
    file = stage.work / "frames"
    file.write_text("\n".join(frames) + "\n")
    return frames, file


def make_frame(snapshot, size, chance):
    frame = json.loads(json.dumps(snapshot))
    detail = frame["chassis"][0]["detail"]
    detail.update({key: "0" * digits for key, digits in (STAMP, SEQUENCE)})
    for core in frame["cpus"][0]["per_core_utilization"]:
        core["utilization"] = 100 * chance.random()
    for gpu in frame["gpus"]:
        gpu["utilization"] = float(chance.randrange(101))
        gpu["temperature"] = chance.randrange(30, 80)
        gpu["power_consumption"] = round(chance.uniform(80, 700), 3)
        gpu["used_memory"] = chance.randrange(gpu["total_memory"])
    detail["unused"] = ""
    cores = frame["cpus"][0]["per_core_utilization"]
    while len(compact(frame)) > size:
        cores.pop()
    detail["unused"] = "".join(chance.choices("0123456789abcdef", k=size - len(compact(frame))))
    return compact(frame)


def compact(frame):
    return json.dumps(frame, separators=(",", ":"), sort_keys=True)


class Subscribers:
    """Readers of a server's events: see subscribers.c."""

    def __init__(self, stage, program, server, count, *arguments, path="/events"):
        command = [program, "--port", server.port, "--pid", server.pid, "--path", path, "--count", count, *arguments]
        self.process = stage.start("subscribers", command, stage.client_cpus, stdout=subprocess.PIPE)
        opened = json.loads(self.process.stdout.readline())
        if opened["answered"] < count:
            raise SystemExit(f"{server.name}: {count} subscribers wanted, but {opened}")

    def result(self):
        """What they saw, once their time is up."""
        line = self.process.stdout.readline()
        self.process.wait()
        return json.loads(line)

    def stop(self):
        """Ends them now."""
        self.process.terminate()
        return self.result()


def median(results, of):
    return statistics.median(map(of, results))


def table(heads, rows):
    """Prints a Markdown table."""
    print("| " + " | ".join(heads) + " |")
    print("|" + " --- |" * len(heads))
    for row in rows:
        print("| " + " | ".join(map(str, row)) + " |")
    print(flush=True)


def say(text):
    """Progress, for whoever waits."""
    print(text, file=sys.stderr, flush=True)


def first_line(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10)
        return (done.stdout + done.stderr).splitlines()[0]
    except (OSError, IndexError):
        return "none"


def print_machine(stage):
    """The machine's description, without which no figure means anything."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine())
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    where = "not pinned" if stage.given.no_pin else f"server on CPU {stage.server_cpus}, clients on {stage.client_cpus}"
    print(
        f"**Machine**: {os.cpu_count()} x {model}, {memory:.0f} GiB, {platform.system()} {platform.release()},"
        f" {first_line(java(), '-version')}, {first_line('nginx', '-v')}; {where}; load {os.getloadavg()[0]:.1f} at the start.\n",
        flush=True,
    )

"""Common parts of the benchmarks: servers, subscribers, tables. README.md explains the figures."""

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
JAR_FLAGS = ["-XX:+UseSerialGC", "-Xshare:auto", "-Xmx512m", "-XX:+ExitOnOutOfMemoryError"]  # those of ./muster
ENDINGS = signal.SIGINT, signal.SIGTERM


def options(description):
    """The options of all benchmarks."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--quick", action="store_true", help="a short run, within a minute, to check that it works; its figures are meaningless")
    parser.add_argument("--jar", help="measure this muster.jar instead of the one that ./muster builds")
    parser.add_argument("--java-flags", default="", help="JVM flags in addition to those of ./muster")
    parser.add_argument("--no-pin", action="store_true", help="do not pin CPUs")
    parser.add_argument("--nice", type=int, default=0, help="priority of all started processes; below 0 (root only) on a busy machine")
    return parser


def add_also_option(parser):
    parser.add_argument("--also", action="append", default=[], help="measure another muster.jar in the same rounds")


def builds(args):
    """Returns the measured builds: the jar by the name in the tables, None for that of ./muster or --jar."""
    return {"Muster": None, **{f"Muster {jar}": jar for jar in args.also}}


class Testbed:
    """The directory, the CPUs and the processes of a benchmark; all processes are terminated at its end.

    The server has the first CPU to itself; clients, publishers and this program share the others.
    """

    def __init__(self, args, *programs):
        self.args = args
        missing = [program for program in ("gcc", "taskset", *programs) if not shutil.which(program)]
        if missing:
            raise SystemExit(f"needs {', '.join(missing)}: see bench/README.md")
        cpus = sorted(os.sched_getaffinity(0))
        pin = len(cpus) > 1 and not args.no_pin
        self.server_cpus = cpus[:1] if pin else cpus
        self.client_cpus = cpus[1:] if pin else cpus
        self.started = []

    def __enter__(self):
        for number in ENDINGS:
            signal.signal(number, lambda number, frame: sys.exit(128 + number))
        _, most_files = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most_files, most_files))
        os.sched_setaffinity(0, self.client_cpus)
        if self.args.nice:
            set_priority(os.getpid(), self.args.nice)
        self.work = Path(tempfile.mkdtemp(prefix="muster-bench-"))
        self.work.chmod(0o755)  # as root, nginx's worker and PostgreSQL run under other accounts
        return self

    def __exit__(self, *failure):
        for number in ENDINGS:
            signal.signal(number, signal.SIG_IGN)  # the started processes must be terminated first
        for process in reversed(self.started):
            terminate(process)
        if self.args.nice:
            set_priority(os.getpid(), 0)
        shutil.rmtree(self.work, ignore_errors=True)

    def start(self, name, command, cpus, **popen):
        """Starts a process; its output goes to a log file unless it is redirected."""
        log = open(self.work / f"{name}.log", "ab")
        popen = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log, "start_new_session": True, **popen}
        pinned = ["taskset", "-c", ",".join(map(str, cpus)), *map(str, command)]
        process = subprocess.Popen(pinned, **popen)
        if self.args.nice:
            set_priority(process.pid, self.args.nice)
        process.log = self.work / f"{name}.log"
        self.started.append(process)
        return process

    def compile(self, name):
        """Compiles a C source and returns the program."""
        program = self.work / name
        subprocess.run(["gcc", "-O2", "-Wall", "-o", program, HERE / f"{name}.c", "-lz"], check=True)
        return program


def set_priority(pid, nice):
    """Sets the priority of a process and, if the kernel schedules by session instead of by process, of its session."""
    os.setpriority(os.PRIO_PROCESS, pid, nice)
    session = Path(f"/proc/{pid}/autogroup")
    if session.exists():
        session.write_text(str(nice))


def terminate(process):
    """Terminates a process; kills it after 15 s."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port():
    """Returns a free port below the range of ephemeral ports."""
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
    """Waits for a condition; after the timeout, or if the process has ended, exits with the end of its log."""
    limit = time.monotonic() + seconds
    while not true():
        if time.monotonic() > limit or process.poll() is not None:
            raise SystemExit(f"{shlex.join(process.args)} does not respond:\n{process.log.read_text()[-3000:]}")
        time.sleep(0.05)


class Server:
    """A server on a port, and the process whose CPU and memory are measured."""

    def __init__(self, name, port, process, pid=None):
        self.name, self.port, self.process = name, port, process
        self.pid = pid or process.pid
        self.host = HOST

    def get(self, path, compressed=False):
        """Returns the body of the response as received, or None if the status is not 200."""
        fields = {"Accept-Encoding": "gzip"} if compressed else {}
        request = urllib.request.Request(f"http://{self.host}:{self.port}{path}", headers=fields)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.read()
        except (urllib.error.URLError, OSError):
            return None

    def head(self, path, *lines):
        """Returns the header fields, in lower case, of a response that may never end."""
        with socket.create_connection((HOST, self.port), timeout=10) as connection:
            connection.sendall("\r\n".join([f"GET {path} HTTP/1.1", "Host: localhost", *lines, "", ""]).encode())
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
        """Returns the user and system time so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self, key="VmRSS"):
        """Returns a line of /proc/PID/status, in kB."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith(key + ":"):
                return int(line.split()[1])
        raise KeyError(key)

    def jcmd(self, command):
        """Returns the output of a diagnostic command of the JVM."""
        return subprocess.run(["jcmd", str(self.pid), command], capture_output=True, text=True, timeout=60, check=True).stdout

    def heap_kb(self):
        """Returns the live heap of the JVM, after a full collection."""
        self.jcmd("GC.run")
        return sum(map(int, re.findall(r" total \d+K, used (\d+)K", self.jcmd("GC.heap_info"))))


def java():
    home = os.environ.get("JAVA_HOME")
    return os.environ.get("MUSTER_JAVA") or (f"{home}/bin/java" if home else "java")


class Muster(Server):
    """The real program with separate ports and a separate directory; with a seed, a member of a cluster."""

    def __init__(self, testbed, *arguments, name="Muster", jar=None, seed=None, cpus=None, flags="", secret=""):
        args = testbed.args
        flags = f"{args.java_flags} {flags}"
        jar = jar or args.jar
        port = free_port()
        settings = {"api.listen.main": f"{HOST}:{port}", "api.max_subscribers": 0}
        settings |= {f"api.listen.{other}": "off" for other in ("rest", "usage", "socktop")}
        if seed:
            settings["cluster.listen"] = seed
        command = [java(), *JAR_FLAGS, *shlex.split(flags), "-jar", jar] if jar else [HOME / "muster"]
        command += [word for key, value in settings.items() for word in ("--set", f"{key}={value}")]
        command += ["--data", tempfile.mkdtemp(prefix="data-", dir=testbed.work), *arguments]
        environment = {**os.environ, "MUSTER_JAVA_OPTS": flags, "MUSTER_CLUSTER_SECRET": secret}
        process = testbed.start(f"muster-{port}", command, cpus or testbed.server_cpus, env=environment)
        self.seed = seed
        super().__init__(name, port, process)


def collectors(testbed, api, hosts, interval_ms):
    """Starts simulated hosts with eight GPUs each in one process, a member of the api node's cluster."""
    simulation = "--roles", "collector", "--simulate", f"{hosts}x8xH100", "--interval", f"{interval_ms}ms"
    rest = "--join", api.seed, "--set", f"cluster.listen={seed()}", "--set", "collector.heartbeat_interval=120s"
    return Muster(testbed, *simulation, *rest, name="collectors", cpus=testbed.client_cpus, flags="-Xmx1g")


def seed():
    """Returns the address of the first member of a cluster."""
    return f"{HOST}:{free_port()}"


class FrameBus:
    """A member of the cluster of a Muster node, the same for all measured builds: see FrameBus.java."""

    def __init__(self, testbed, muster, *arguments, flags="-XX:TieredStopAtLevel=1", secret="", **popen):
        mode, *rest = arguments
        flags = ["-XX:+UseSerialGC", "-Xmx256m", *shlex.split(flags), "-cp", testbed.args.jar or HOME / "launcher/target/muster.jar"]
        command = [java(), *flags, HERE / "FrameBus.java", mode, muster.seed, seed(), *rest]
        popen = {"env": {**os.environ, "MUSTER_CLUSTER_SECRET": secret}, "stdin": subprocess.PIPE, **popen}
        self.process = testbed.start(f"framebus-{mode}-{muster.port}", command, testbed.client_cpus, **popen)

    def rate(self, frames_per_second):
        self.process.stdin.write(f"{frames_per_second}\n".encode())
        self.process.stdin.flush()


def nginx(testbed, name, events_and_http):
    """Starts nginx with one worker, which is the measured process."""
    port = free_port()
    folder = testbed.work / name
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
    process = testbed.start(name, ["nginx", "-p", folder, "-c", folder / "nginx.conf"], testbed.server_cpus)
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
    """Posts frames to nchan, stamped like those of FrameBus, until it is stopped."""

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
            self.connection.recv(65536)  # the response: a few hundred bytes at most, sent at once
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


def make_frames(testbed, size, count=16):
    """Returns different frames of a host with eight GPUs, all of one size, with placeholders for stamp and sequence; and their file.

    They come from Muster's simulation. Cores are removed until the frame fits, and changing values are made to change
    independently, as on a real host: the frames must not be easier to compress.
    """
    muster = Muster(testbed, "--roles", "collector,api", "--simulate", "1x8xH100").wait_for("/snapshot?host=sim-0001")
    snapshot = json.loads(muster.get("/snapshot?host=sim-0001"))
    terminate(muster.process)
    chance = random.Random(12)
    frames = [make_frame(snapshot, size, chance) for _ in range(count)]
    file = testbed.work / "frames"
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
    """Subscribers of a server's events: see subscribers.c."""

    def __init__(self, testbed, program, server, count, *arguments, path="/events"):
        command = [program, "--port", server.port, "--pid", server.pid, "--path", path, "--count", count, *arguments]
        self.process = testbed.start("subscribers", command, testbed.client_cpus, stdout=subprocess.PIPE)
        opened = json.loads(self.process.stdout.readline())
        if opened["answered"] < count:
            raise SystemExit(f"{server.name}: expected {count} subscribers: {opened}")

    def result(self):
        """Returns the result at the end of the measurement."""
        line = self.process.stdout.readline()
        self.process.wait()
        return json.loads(line)

    def stop(self):
        """Ends the measurement now and returns the result."""
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


def report_progress(text):
    """Prints progress to standard error."""
    print(text, file=sys.stderr, flush=True)


def first_line(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10)
        return (done.stdout + done.stderr).splitlines()[0]
    except (OSError, IndexError):
        return "none"


def print_machine(testbed):
    """Prints the description of the machine."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine())
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    where = "not pinned" if testbed.args.no_pin else f"server on CPU {testbed.server_cpus}, clients on {testbed.client_cpus}"
    print(
        f"**Machine**: {os.cpu_count()} x {model}, {memory:.0f} GiB, {platform.system()} {platform.release()},"
        f" {first_line(java(), '-version')}, {first_line('nginx', '-v')}; {where}; load {os.getloadavg()[0]:.1f} at the start.\n",
        flush=True,
    )

// Many subscribers of one stream of server-sent events; prints their result as one line of JSON. README.md explains the figures.
//
//   subscribers --port PORT --path PATH --count N [--seconds S] [--warm S] ...
//
// Opens all streams, prints a first line, lets the streams run for --warm seconds, measures for --seconds (or until SIGTERM), prints
// the result. A delivery is an event that was read to its end. One thread; gcc -O2 -o subscribers subscribers.c -lz
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

enum {
  HEAD_BYTES = 2048,          // maximum size of a response head
  START_BYTES = 320,          // stored part of each event: it contains id, stamp and sequence
  SCRATCH_BYTES = 512 * 1024, // maximum size of one read
  SLOW_BYTES = 4096,          // size of one read by a slow subscriber ...
  SLOW_PAUSE_MS = 100,        // ... and the time between two reads
};
static const int64_t SECOND_NS = 1000000000;

static struct {
  int port, count, stalled, slow, inflating, sources, pid, grid_ms, connects_per_second;
  double warm_s, seconds;
  bool gzip;
  const char *path;
} options = {.inflating = 25, .sources = 1, .connects_per_second = 5000, .warm_s = 2, .seconds = 10, .path = "/events"};

enum phase { CONNECTING, HEAD, CHUNK_SIZE, CHUNK_DATA, CHUNK_END, UNTIL_CLOSE, CLOSED };
enum kind { READS, SLOW, STALLED };

struct subscriber {
  int fd;
  enum phase phase;
  enum kind kind;
  bool chunked, opaque; // opaque: compressed and not decompressed
  z_stream *inflated;
  char head[HEAD_BYTES];
  size_t head_bytes, chunk_left;
  char start[START_BYTES]; // start of the event that is being read
  size_t start_bytes, line_bytes;
  int64_t sequence, arrived_ns; // of the previous event
  uint64_t events, bytes;       // within the measurement
};

struct samples { // microseconds
  uint32_t *values;
  size_t count, room;
};

static struct {
  uint64_t gaps, repeats, keepalives, others, lost, refused, broken;
  int answered;
} seen;
static struct samples latency, interval;
static struct subscriber *subscribers;
static char scratch[SCRATCH_BYTES], plain[SCRATCH_BYTES];
static bool measuring;
static volatile sig_atomic_t stopped;
static int poll_fd;

static void stop(int signal) {
  (void)signal;
  stopped = 1;
}

static void die(const char *what) {
  perror(what);
  exit(1);
}

static int64_t now_ns(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return time.tv_sec * SECOND_NS + time.tv_nsec;
}

static void add(struct samples *to, int64_t ns) {
  if (to->count == to->room) {
    to->room = to->room ? 2 * to->room : 1 << 16;
    to->values = realloc(to->values, to->room * sizeof *to->values);
    if (!to->values) die("samples");
  }
  to->values[to->count++] = ns < 0 ? 0 : ns / 1000 > UINT32_MAX ? UINT32_MAX : (uint32_t)(ns / 1000);
}

// ---- events ----

static int64_t number_after(const struct subscriber *r, const char *key) {
  const char *found = memmem(r->start, r->start_bytes, key, strlen(key));
  const char *end = r->start + r->start_bytes;
  if (!found) return -1;
  int64_t number = 0;
  for (found += strlen(key); found < end && *found >= '0' && *found <= '9'; found++) number = 10 * number + (*found - '0');
  return number;
}

// The instant of the event: its stamp; with --grid-ms the last multiple of it up to the time of a fleet state, or up to the id.
static int64_t event_ns(const struct subscriber *r) {
  if (!options.grid_ms) return number_after(r, "\"published_ns\":\"");
  static const char *const keys[] = {"\"at\":\"", "id: "};
  struct tm time = {0};
  char text[20] = ""; // whole seconds
  for (int i = 0; i < 2 && !text[0]; i++) {
    const char *found = memmem(r->start, r->start_bytes, keys[i], strlen(keys[i]));
    if (found && found + strlen(keys[i]) + 19 <= r->start + r->start_bytes) memcpy(text, found + strlen(keys[i]), 19);
  }
  if (!strptime(text, "%Y-%m-%dT%H:%M:%S", &time)) return -1;
  int64_t grid_ns = options.grid_ms * 1000000LL;
  return timegm(&time) * SECOND_NS / grid_ns * grid_ns;
}

static void check_sequence(struct subscriber *r) {
  int64_t sequence = number_after(r, "\"sequence\":\"");
  if (sequence < 0) sequence = number_after(r, "\"seq\":");
  if (sequence < 0) return;
  if (measuring && r->sequence && sequence > r->sequence + 1) seen.gaps += sequence - r->sequence - 1;
  if (measuring && sequence <= r->sequence) seen.repeats++;
  r->sequence = sequence;
}

static void end_event(struct subscriber *r, int64_t now) {
  if (r->start_bytes == 0) return;
  int64_t at_ns = event_ns(r);
  if (r->start[0] == ':') {
    seen.keepalives++;
  } else if (at_ns < 0) {
    seen.others++;
  } else {
    check_sequence(r);
    if (measuring) {
      r->events++;
      add(&latency, now - at_ns);
      if (r->arrived_ns) add(&interval, now - r->arrived_ns);
    }
    r->arrived_ns = now;
  }
  r->start_bytes = 0;
}

static void store(struct subscriber *r, const char *text, size_t bytes) {
  size_t room = START_BYTES - r->start_bytes;
  size_t stored = bytes < room ? bytes : room;
  memcpy(r->start + r->start_bytes, text, stored);
  r->start_bytes += stored;
}

static void read_text(struct subscriber *r, const char *text, size_t bytes, int64_t now) {
  const char *end = text + bytes;
  while (text < end) {
    const char *newline = memchr(text, '\n', end - text);
    size_t line = (newline ? newline : end) - text;
    r->line_bytes += line;
    store(r, text, line + (newline != NULL && r->line_bytes > 0));
    if (!newline) return;
    if (r->line_bytes == 0) end_event(r, now);
    r->line_bytes = 0;
    text = newline + 1;
  }
}

// ---- HTTP ----

static void disconnect(struct subscriber *r, uint64_t *counter) {
  close(r->fd);
  r->phase = CLOSED;
  ++*counter;
}

static void read_body(struct subscriber *r, char *data, size_t bytes, int64_t now) {
  if (r->opaque) return;
  if (!r->inflated) {
    read_text(r, data, bytes, now);
    return;
  }
  r->inflated->next_in = (unsigned char *)data;
  r->inflated->avail_in = bytes;
  while (r->inflated->avail_in > 0) {
    r->inflated->next_out = (unsigned char *)plain;
    r->inflated->avail_out = sizeof plain;
    int result = inflate(r->inflated, Z_SYNC_FLUSH);
    read_text(r, plain, sizeof plain - r->inflated->avail_out, now);
    if (result == Z_STREAM_END) result = inflateReset(r->inflated); // one gzip member may follow another
    if (result == Z_BUF_ERROR) return;
    if (result != Z_OK) {
      disconnect(r, &seen.broken);
      return;
    }
  }
}

static char *read_chunk_size(struct subscriber *r, char *at, char *end) {
  for (; at < end; at++) {
    if (*at == '\n') {
      r->phase = CHUNK_DATA;
      return at + 1;
    }
    int digit = *at >= '0' && *at <= '9' ? *at - '0' : (*at | 32) >= 'a' && (*at | 32) <= 'f' ? (*at | 32) - 'a' + 10 : -1;
    if (digit >= 0) r->chunk_left = 16 * r->chunk_left + digit;
  }
  return at;
}

static char *read_chunk_data(struct subscriber *r, char *at, char *end, int64_t now) {
  size_t here = end - at;
  size_t bytes = here < r->chunk_left ? here : r->chunk_left;
  read_body(r, at, bytes, now);
  r->chunk_left -= bytes;
  if (r->chunk_left == 0 && r->phase == CHUNK_DATA) r->phase = CHUNK_END;
  return at + bytes;
}

static char *read_chunk_end(struct subscriber *r, char *at) {
  if (*at == '\n') {
    r->phase = CHUNK_SIZE;
    r->chunk_left = 0;
  }
  return at + 1;
}

static void begin_body(struct subscriber *r) {
  bool compressed = strcasestr(r->head, "\r\ncontent-encoding: gzip");
  r->phase = strcasestr(r->head, "\r\ntransfer-encoding: chunked") ? CHUNK_SIZE : UNTIL_CLOSE;
  seen.answered++;
  if (!compressed) return;
  r->opaque = r - subscribers >= options.inflating;
  if (r->opaque) return;
  r->inflated = calloc(1, sizeof *r->inflated);
  if (!r->inflated || inflateInit2(r->inflated, 16 + MAX_WBITS) != Z_OK) die("inflate");
}

static char *read_head(struct subscriber *r, char *at, char *end) {
  while (at < end && r->head_bytes < HEAD_BYTES - 1) {
    r->head[r->head_bytes++] = *at++;
    if (r->head_bytes < 4 || memcmp(r->head + r->head_bytes - 4, "\r\n\r\n", 4) != 0) continue;
    r->head[r->head_bytes] = 0;
    if (strncmp(r->head + 8, " 200", 4) == 0) begin_body(r);
    else disconnect(r, &seen.refused);
    return at;
  }
  if (at < end) disconnect(r, &seen.broken);
  return at;
}

static void parse(struct subscriber *r, char *at, char *end) {
  int64_t now = now_ns(CLOCK_REALTIME);
  if (measuring) r->bytes += end - at;
  while (at < end && r->phase != CLOSED) {
    switch (r->phase) {
      case HEAD: at = read_head(r, at, end); break;
      case CHUNK_SIZE: at = read_chunk_size(r, at, end); break;
      case CHUNK_DATA: at = read_chunk_data(r, at, end, now); break;
      case CHUNK_END: at = read_chunk_end(r, at); break;
      default: read_body(r, at, end - at, now); at = end;
    }
  }
}

static void receive(struct subscriber *r, size_t room) {
  ssize_t bytes = recv(r->fd, scratch, room, 0);
  if (bytes > 0) parse(r, scratch, scratch + bytes);
  else if (bytes == 0 || errno != EAGAIN) disconnect(r, &seen.lost);
}

static void send_request(struct subscriber *r) {
  char request[1024];
  int bytes = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n%s\r\n",
                       options.path, options.gzip ? "Accept-Encoding: gzip\r\n" : "");
  if (send(r->fd, request, bytes, MSG_NOSIGNAL) != bytes) {
    disconnect(r, &seen.lost);
    return;
  }
  r->phase = HEAD;
  if (r->kind == STALLED) seen.answered++;
  struct epoll_event wanted = {.events = r->kind == READS ? EPOLLIN : 0, .data.ptr = r}; // without EPOLLIN: errors only
  epoll_ctl(poll_fd, EPOLL_CTL_MOD, r->fd, &wanted);
}

static void connect_to_server(struct subscriber *r, int index) {
  struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK + index % options.sources)};
  struct sockaddr_in to = {
      .sin_family = AF_INET, .sin_port = htons(options.port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int on = 1;
  r->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (r->fd < 0) die("socket");
  setsockopt(r->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  setsockopt(r->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (options.sources > 1 && bind(r->fd, (struct sockaddr *)&from, sizeof from)) die("bind");
  if (connect(r->fd, (struct sockaddr *)&to, sizeof to) && errno != EINPROGRESS) die("connect");
  r->kind = index < options.stalled ? STALLED : index < options.stalled + options.slow ? SLOW : READS;
  struct epoll_event wanted = {.events = EPOLLOUT, .data.ptr = r};
  epoll_ctl(poll_fd, EPOLL_CTL_ADD, r->fd, &wanted);
}

static void serve(struct epoll_event *event) {
  struct subscriber *r = event->data.ptr;
  if (r->phase == CLOSED) return;
  if (r->phase == CONNECTING && !(event->events & (EPOLLERR | EPOLLHUP))) send_request(r);
  else if (r->kind == READS && r->phase != CONNECTING) receive(r, SCRATCH_BYTES);
  else disconnect(r, &seen.lost);
}

static void read_slow_subscribers(void) {
  static int64_t last;
  int64_t now = now_ns(CLOCK_MONOTONIC);
  if (now - last < SLOW_PAUSE_MS * 1000000LL) return;
  last = now;
  for (int i = options.stalled; i < options.stalled + options.slow; i++)
    if (subscribers[i].fd && subscribers[i].phase != CONNECTING && subscribers[i].phase != CLOSED) receive(&subscribers[i], SLOW_BYTES);
}

static void poll_once(void) {
  struct epoll_event events[512];
  int count = epoll_wait(poll_fd, events, 512, 5);
  for (int i = 0; i < count; i++) serve(&events[i]);
  read_slow_subscribers();
}

static void run_for(double seconds) {
  int64_t end = now_ns(CLOCK_MONOTONIC) + (int64_t)(seconds * SECOND_NS);
  while (!stopped && now_ns(CLOCK_MONOTONIC) < end) poll_once();
}

static void open_all(void) {
  int64_t begun = now_ns(CLOCK_MONOTONIC), limit = begun + 60 * SECOND_NS;
  int opened = 0;
  while (!stopped && seen.answered + (int)(seen.refused + seen.lost + seen.broken) < options.count) {
    int64_t now = now_ns(CLOCK_MONOTONIC);
    if (now > limit) break;
    while (opened < options.count && opened <= (now - begun) * options.connects_per_second / SECOND_NS) {
      connect_to_server(&subscribers[opened], opened);
      opened++;
    }
    poll_once();
  }
}

// ---- cost ----

struct cost {
  int64_t at_ns;
  double server_s, client_s, machine_s, stolen_s;
};

static double process_cpu_s(int pid) {
  char path[64], line[1024] = "";
  unsigned long user = 0, system = 0;
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  FILE *file = fopen(path, "r");
  if (!file) return 0;
  if (fgets(line, sizeof line, file))
    sscanf(strrchr(line, ')'), ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system);
  fclose(file);
  return (double)(user + system) / sysconf(_SC_CLK_TCK);
}

static struct cost cost_so_far(void) {
  struct rusage own;
  unsigned long user = 0, nice = 0, system = 0, irq = 0, soft = 0, stolen = 0;
  getrusage(RUSAGE_SELF, &own);
  FILE *file = fopen("/proc/stat", "r");
  if (file && fscanf(file, "cpu %lu %lu %lu %*u %*u %lu %lu %lu", &user, &nice, &system, &irq, &soft, &stolen) != 6) stolen = 0;
  if (file) fclose(file);
  double hertz = sysconf(_SC_CLK_TCK);
  return (struct cost){
      .at_ns = now_ns(CLOCK_MONOTONIC),
      .server_s = options.pid ? process_cpu_s(options.pid) : 0,
      .client_s = own.ru_utime.tv_sec + own.ru_stime.tv_sec + (own.ru_utime.tv_usec + own.ru_stime.tv_usec) / 1e6,
      .machine_s = (user + nice + system + irq + soft) / hertz,
      .stolen_s = stolen / hertz,
  };
}

// ---- result ----

static int ascending(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

static double at_share(const struct samples *sorted, double share) {
  return sorted->count ? sorted->values[(size_t)(share * (sorted->count - 1))] / 1e3 : 0;
}

static void print_samples(const char *name, struct samples *of) {
  qsort(of->values, of->count, sizeof *of->values, ascending);
  printf("\"%s\":{\"count\":%zu,\"min\":%.3f,\"p01\":%.3f,\"p50\":%.3f,\"p99\":%.3f,\"max\":%.3f},", name, of->count,
         at_share(of, 0), at_share(of, .01), at_share(of, .5), at_share(of, .99), at_share(of, 1));
}

static void print_result(struct cost before, struct cost after) {
  uint64_t events = 0, bytes = 0, opaque_bytes = 0, fewest = UINT64_MAX, most = 0;
  int open = 0, counting = 0;
  for (struct subscriber *r = subscribers; r < subscribers + options.count; r++) {
    open += r->phase > CONNECTING && r->phase < CLOSED;
    *(r->opaque ? &opaque_bytes : &bytes) += r->bytes;
    if (r->kind != READS || r->opaque) continue;
    counting++;
    events += r->events;
    fewest = r->events < fewest ? r->events : fewest;
    most = r->events > most ? r->events : most;
  }
  double each = events ? (double)bytes / events : 0;
  double window = (after.at_ns - before.at_ns) / 1e9;
  double server = after.server_s - before.server_s, client = after.client_s - before.client_s;
  printf("{\"count\":%d,\"open\":%d,\"refused\":%lu,\"lost\":%lu,\"broken\":%lu,", options.count, open, seen.refused, seen.lost,
         seen.broken);
  printf("\"window_s\":%.3f,\"deliveries\":%.0f,\"events\":%lu,\"fewest_events\":%lu,\"most_events\":%lu,\"bytes\":%lu,", window,
         events + (each > 0 ? opaque_bytes / each : 0), events, counting ? fewest : 0, most, bytes + opaque_bytes);
  printf("\"bytes_per_delivery\":%.1f,\"gaps\":%lu,\"repeats\":%lu,\"keepalives\":%lu,\"other_events\":%lu,", each, seen.gaps,
         seen.repeats, seen.keepalives, seen.others);
  print_samples("latency_ms", &latency);
  print_samples("interval_ms", &interval);
  printf("\"server_cpu_s\":%.2f,\"client_cpu_s\":%.2f,\"elsewhere_cpu_s\":%.2f,\"stolen_s\":%.2f}\n", server, client,
         after.machine_s - before.machine_s - server - client, after.stolen_s - before.stolen_s);
}

static void read_options(int argc, char **argv) {
  static const struct option known[] = {
      {"port", 1, 0, 'p'},    {"path", 1, 0, 'P'},    {"count", 1, 0, 'n'}, {"seconds", 1, 0, 's'}, {"warm", 1, 0, 'w'},
      {"stalled", 1, 0, 'x'}, {"slow", 1, 0, 'l'},    {"gzip", 0, 0, 'z'},  {"inflate", 1, 0, 'i'}, {"sources", 1, 0, 'S'},
      {"pid", 1, 0, 'c'},     {"grid-ms", 1, 0, 'g'}, {"rate", 1, 0, 'r'},  {0}};
  int option;
  while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
    switch (option) {
      case 'p': options.port = atoi(optarg); break;
      case 'P': options.path = optarg; break;
      case 'n': options.count = atoi(optarg); break;
      case 's': options.seconds = atof(optarg); break;
      case 'w': options.warm_s = atof(optarg); break;
      case 'x': options.stalled = atoi(optarg); break;          // the first N never read
      case 'l': options.slow = atoi(optarg); break;             // the next N read 4 KB ten times a second
      case 'z': options.gzip = true; break;                     // request gzip
      case 'i': options.inflating = atoi(optarg); break;        // with gzip: the first N decompress, the others count bytes
      case 'S': options.sources = atoi(optarg); break;          // spread over 127.0.0.1 and the next N - 1 addresses
      case 'c': options.pid = atoi(optarg); break;              // the server, whose CPU is measured
      case 'g': options.grid_ms = atoi(optarg); break;          // events have no stamps: their instants are multiples of this
      case 'r': options.connects_per_second = atoi(optarg); break;
      default: exit(2);
    }
  }
  if (!options.port || options.count < 0 || options.sources < 1 || options.stalled + options.slow > options.count) {
    fprintf(stderr, "usage: subscribers --port PORT --path PATH --count N ...; see read_options in the source\n");
    exit(2);
  }
}

int main(int argc, char **argv) {
  read_options(argc, argv);
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  signal(SIGTERM, stop);
  signal(SIGINT, stop);
  poll_fd = epoll_create1(0);
  subscribers = calloc(options.count + 1, sizeof *subscribers);
  if (poll_fd < 0 || !subscribers) die("start");
  open_all();
  printf("{\"answered\":%d,\"refused\":%lu,\"lost\":%lu}\n", seen.answered, seen.refused, seen.lost);
  fflush(stdout);
  run_for(options.warm_s);
  struct cost before = cost_so_far();
  measuring = true;
  run_for(options.seconds);
  measuring = false;
  print_result(before, cost_so_far());
  return 0;
}

// The baseline of the machine: a server that only writes server-sent events to every client. One thread, one buffer for all
// clients, one write for each client and event, chunk framing included.
//
//   epollwriter PORT FRAMES RATE     FRAMES: a file with one JSON object per line, sent in turn, RATE per second
//
// A client that does not keep up misses events. gcc -O2 -o epollwriter epollwriter.c
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAX_FRAMES = 256, MAX_FILES = 65536, EVENT_ROOM = 1 << 17 };
static const int64_t SECOND_NS = 1000000000;
static const char HEAD[] = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
                           "Transfer-Encoding: chunked\r\n\r\n";

static struct client {
  char *rest; // the part of an event that did not fit into the socket buffer
  size_t rest_at, rest_bytes;
  int place; // index in subscribed; -1 before the request
} clients[MAX_FILES];
static int subscribed[MAX_FILES], subscribed_count, listener, poll_fd;
static char *frames[MAX_FRAMES], event[EVENT_ROOM];
static int frame_count;

static void die(const char *what) {
  perror(what);
  exit(1);
}

static int64_t now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  return time.tv_sec * SECOND_NS + time.tv_nsec;
}

static void read_frames(const char *path) {
  FILE *file = fopen(path, "r");
  size_t room = 0;
  if (!file) die(path);
  while (frame_count < MAX_FRAMES && getline(&frames[frame_count], &room, file) > 0) {
    frames[frame_count][strcspn(frames[frame_count], "\n")] = 0;
    if (strlen(frames[frame_count]) > EVENT_ROOM - 256) die("frame too long");
    frame_count++;
    room = 0;
  }
  fclose(file);
  if (frame_count == 0) die("no frames");
}

static void watch(int fd, int change, uint32_t events) {
  struct epoll_event wanted = {.events = events, .data.fd = fd};
  epoll_ctl(poll_fd, change, fd, &wanted);
}

static void listen_on(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int on = 1;
  listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 4096)) die("listen");
  watch(listener, EPOLL_CTL_ADD, EPOLLIN);
}

static void accept_all(void) {
  int fd, on = 1;
  while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
    if (fd >= MAX_FILES) die("too many clients");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    clients[fd] = (struct client){.place = -1};
    watch(fd, EPOLL_CTL_ADD, EPOLLIN);
  }
}

static void drop(int fd) {
  struct client *r = &clients[fd];
  if (r->place >= 0) {
    subscribed[r->place] = subscribed[--subscribed_count];
    clients[subscribed[r->place]].place = r->place;
  }
  free(r->rest);
  close(fd);
}

// Writes as much as the socket buffer accepts and stores the rest. Writes nothing if it is full; epoll reports errors.
static void write_event(int fd, const char *bytes, size_t count) {
  struct client *r = &clients[fd];
  ssize_t written = send(fd, bytes, count, MSG_NOSIGNAL);
  if (written == (ssize_t)count || written < 0) return;
  r->rest_bytes = count - written;
  r->rest_at = 0;
  r->rest = malloc(r->rest_bytes);
  if (!r->rest) die("rest");
  memcpy(r->rest, bytes + written, r->rest_bytes);
  watch(fd, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
}

static void write_rest(int fd) {
  struct client *r = &clients[fd];
  ssize_t written = send(fd, r->rest + r->rest_at, r->rest_bytes - r->rest_at, MSG_NOSIGNAL);
  if (written > 0) r->rest_at += written;
  if (r->rest_at < r->rest_bytes) return;
  free(r->rest);
  r->rest = NULL;
  watch(fd, EPOLL_CTL_MOD, EPOLLIN);
}

static void serve(int fd, uint32_t events) {
  char request[4096];
  if (fd == listener) {
    accept_all();
    return;
  }
  if (events & EPOLLOUT && clients[fd].rest) write_rest(fd);
  if (!(events & (EPOLLIN | EPOLLERR | EPOLLHUP))) return;
  if (recv(fd, request, sizeof request, 0) <= 0) {
    drop(fd);
  } else if (clients[fd].place < 0) {
    write_event(fd, HEAD, sizeof HEAD - 1);
    clients[fd].place = subscribed_count;
    subscribed[subscribed_count++] = fd;
  }
}

static void fill_in(char *text, const char *key, int digits, int64_t value) {
  char number[32];
  char *at = strstr(text, key);
  if (!at) die(key);
  snprintf(number, sizeof number, "%0*ld", digits, (long)value);
  memcpy(at + strlen(key), number, digits);
}

static void publish(void) {
  static int64_t sequence;
  char *frame = frames[++sequence % frame_count];
  time_t seconds = time(NULL);
  char id[32];
  strftime(id, sizeof id, "%Y-%m-%dT%H:%M:%SZ", gmtime(&seconds));
  fill_in(frame, "\"published_ns\":\"", 19, now_ns());
  fill_in(frame, "\"sequence\":\"", 10, sequence);
  size_t data = strlen("event: snapshot\nid: \ndata: \n\n") + strlen(id) + strlen(frame);
  int bytes = snprintf(event, EVENT_ROOM, "%zx\r\nevent: snapshot\nid: %s\ndata: %s\n\n\r\n", data, id, frame);
  for (int i = 0; i < subscribed_count; i++)
    if (!clients[subscribed[i]].rest) write_event(subscribed[i], event, bytes);
}

int main(int argc, char **argv) {
  if (argc != 4) {
    fprintf(stderr, "usage: epollwriter PORT FRAMES RATE\n");
    return 2;
  }
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  poll_fd = epoll_create1(0);
  read_frames(argv[2]);
  listen_on(atoi(argv[1]));
  int64_t pause = SECOND_NS / atof(argv[3]), next = now_ns() + pause;
  struct epoll_event events[512];
  for (;;) {
    int64_t left = next - now_ns();
    int count = epoll_wait(poll_fd, events, 512, left > 0 ? (int)((left + 999999) / 1000000) : 0);
    for (int i = 0; i < count; i++) serve(events[i].data.fd, events[i].events);
    if (now_ns() < next) continue;
    next += pause;
    if (next < now_ns()) next = now_ns();
    if (subscribed_count > 0) publish();
  }
}

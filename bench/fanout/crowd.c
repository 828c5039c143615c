// Thousands of listeners without a browser, in one thread that takes as little of a core as it can: what a packet costs here is
// one recv, and nothing is allocated. It knows of each packet when each listener had it (tally.c).
// Usage: crowd ADDRESS PORT PATH LISTENERS SLOW DEAF MUTE TARGET_MS
//   slow: reads half of what comes; deaf: stops reading and goes on with receipts that say nothing new; mute: stops reading
//   and says nothing, and comes back every 8 s, since one that does not read never sees that it was closed.
// stdin, a line each: "begin": what was counted is forgotten; "tell": it is printed. The end of stdin ends it.
// stdout: "ready" when everybody has had a packet, then what was asked for.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "crowd.h"

enum { MOST = 10000, AT_ONCE = 32, EVENTS = 512, RECEIPT_MS = 100 };
static const int64_t MS = 1000000;
/* It looks every 0.25 ms and does not wait for events: being woken for each packet would be charged to who sends. */
static const struct timespec NAP = {.tv_nsec = 250000};
static const int64_t BACK_MS = 250, MUTE_MS = 8000, TICK_MS = 5;

static struct listener crowd[MOST];
static unsigned size, target_ms;
static uint8_t buffer[1 << 18];
static struct sockaddr_in address;
static char request[1024];
static int poll_fd;

static int64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static void hang_up(struct listener *one, int64_t ns) {
  if (one->fd >= 0) close(one->fd);
  one->fd = -1;
  one->again_ns = ns + BACK_MS * MS;
}

static void watch(struct listener *one, uint32_t events) {
  struct epoll_event event = {.events = events, .data.ptr = one};
  if (epoll_ctl(poll_fd, EPOLL_CTL_MOD, one->fd, &event) != 0) perror("epoll_ctl");
}

static void call(struct listener *one, int64_t ns) {
  enum manners manners = one->manners;
  memset(one, 0, sizeof *one);
  one->manners = manners;
  one->receipt_ns = ns + RECEIPT_MS * MS;
  one->again_ns = ns + MUTE_MS * MS;
  one->fd = socket(AF_INET, SOCK_STREAM, 0);
  int on = 1;
  setsockopt(one->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = one};
  if (one->fd < 0 || connect(one->fd, (struct sockaddr *)&address, sizeof address) != 0 ||
      send(one->fd, request, strlen(request), MSG_NOSIGNAL) < 0 ||
      fcntl(one->fd, F_SETFL, O_NONBLOCK) != 0 || epoll_ctl(poll_fd, EPOLL_CTL_ADD, one->fd, &event) != 0)
    hang_up(one, ns);
}

/** Reads up to `most` bytes; a listener of bad manners stops after its first packet. */
static void hear(struct listener *one, size_t most) {
  ssize_t got = recv(one->fd, buffer, most < sizeof buffer ? most : sizeof buffer, MSG_DONTWAIT);
  int64_t ns = now_ns();
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0 || !listener_take(one, buffer, (size_t)got, ns)) {
    if (got <= 0) tally_close(1006);
    hang_up(one, ns);
  } else if (one->heard && one->manners != READS) watch(one, 0);
}

static void tell_receipt(struct listener *one, int64_t ns) {
  char text[400];
  int bytes = snprintf(text, sizeof text,
                       "{\"type\":\"receipt\",\"streamId\":%u,\"position\":%.0f,\"packets\":%llu,\"bytes\":%llu,"
                       "\"latenessMs\":0,\"targetMs\":%u,\"episodes\":0,\"opus\":true}",
                       one->stream, one->position, (unsigned long long)one->packets,
                       (unsigned long long)one->bytes, target_ms);
  if (!listener_say(one, 1, text, (size_t)bytes)) hang_up(one, ns);
}

/** What is done by the clock: calls, receipts, and the slow ones' reading. Returns how many are there. */
static unsigned tick(int64_t ns) {
  unsigned open = 0, calling = 0;
  uint64_t read_bytes = 0;
  static uint64_t slow_share, before_bytes;
  static int64_t slow_ns;
  bool slow_now = ns >= slow_ns;
  for (unsigned i = 0; i < size; i++) {
    struct listener *one = &crowd[i];
    if (one->fd >= 0 && one->manners == MUTE && one->heard && ns >= one->again_ns) {
      hang_up(one, ns);
      continue;
    }
    if (one->fd < 0) {
      if (ns >= one->again_ns && calling < AT_ONCE) call(one, ns);
      calling++;
      continue;
    }
    if (!one->heard) {
      calling++;
      continue;
    }
    open++;
    if (one->manners == READS && read_bytes == 0) read_bytes = one->bytes;
    if (slow_now && one->manners == SLOW && slow_share > 0) hear(one, slow_share);
    if (one->fd < 0 || one->manners == MUTE || ns < one->receipt_ns) continue;
    one->receipt_ns += RECEIPT_MS * MS;
    if (one->receipt_ns < ns) one->receipt_ns = ns + RECEIPT_MS * MS;
    tell_receipt(one, ns);
  }
  if (slow_now) {
    slow_share = read_bytes > before_bytes ? (read_bytes - before_bytes) / 2 : 0;
    before_bytes = read_bytes;
    slow_ns = ns + RECEIPT_MS * MS;
  }
  return open;
}

/** False at the end of stdin. */
static bool obey(unsigned open) {
  static char line[64];
  static size_t length;
  char byte;
  ssize_t got;
  while ((got = read(STDIN_FILENO, &byte, 1)) == 1) {
    if (byte != '\n') {
      if (length < sizeof line - 1) line[length++] = byte;
      continue;
    }
    line[length] = 0;
    length = 0;
    if (strcmp(line, "begin") == 0) tally_begin(now_ns());
    else if (strcmp(line, "tell") == 0) tally_tell(open, now_ns());
  }
  return got != 0;
}

int main(int argc, char **argv) {
  if (argc != 9) {
    fprintf(stderr, "crowd ADDRESS PORT PATH LISTENERS SLOW DEAF MUTE TARGET_MS\n");
    return 2;
  }
  size = (unsigned)atoi(argv[4]);
  unsigned slow = (unsigned)atoi(argv[5]), deaf = (unsigned)atoi(argv[6]), mute = (unsigned)atoi(argv[7]);
  target_ms = (unsigned)atoi(argv[8]);
  address.sin_family = AF_INET;
  address.sin_port = htons((uint16_t)atoi(argv[2]));
  if (size > MOST || inet_pton(AF_INET, argv[1], &address.sin_addr) != 1) return 2;
  snprintf(request, sizeof request,
           "GET %s HTTP/1.1\r\nHost: %s:%s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
           argv[3], argv[1], argv[2]);
  poll_fd = epoll_create1(0);
  fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
  epoll_ctl(poll_fd, EPOLL_CTL_ADD, STDIN_FILENO, &event);
  for (unsigned i = 0; i < size; i++) {
    crowd[i].fd = -1;
    crowd[i].manners = i < slow ? SLOW : i < slow + deaf ? DEAF : i < slow + deaf + mute ? MUTE : READS;
  }
  bool ready = false;
  unsigned open = 0;
  int64_t tick_ns = 0;
  for (;;) {
    static struct epoll_event events[EVENTS];
    int count = epoll_wait(poll_fd, events, EVENTS, 0);
    for (int i = 0; i < count; i++) {
      struct listener *one = events[i].data.ptr;
      if (one == NULL) {
        if (!obey(open)) return 0;
      } else if (one->fd >= 0) {
        if (events[i].events & EPOLLIN) hear(one, sizeof buffer);
        else hang_up(one, now_ns());
      }
    }
    int64_t ns = now_ns();
    if (ns >= tick_ns) {
      tick_ns = ns + TICK_MS * MS;
      open = tick(ns);
      /* Of the mute some are always about to come back. */
      if (!ready && open + mute >= size) {
        ready = true;
        printf("ready\n");
        fflush(stdout);
      }
    }
    if (count < EVENTS) nanosleep(&NAP, NULL);
  }
}

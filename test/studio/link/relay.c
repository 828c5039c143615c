// relay NEAR FAR SEED: joins two IPv4 addresses by a link with delay, jitter, loss, a rate and outages. NEAR is on a device
// in the caller's network namespace, FAR on one in a namespace of its own; both go when this process goes.
// stdout: `ready PID NAMESPACE_FD NEAR_DEVICE`, then an answer per command: `ok`, `error WHY`, or counters as JSON.
// stdin, one command per line; `down` (NEAR to FAR) or `up` before it, else both ways:
//   delayMs=10 loss=0.01 …   settings, see lane.h        outage MS   what is sent meanwhile is lost
//   counters                                             stall MS    what is on its way waits, and then comes at once
// Ends with its standard input or by SIGTERM, and prints the counters once more.
#include "lane.h"
#include "tun.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { DOWN, UP, LATE_BINS = 2000, LATE_BIN_NS = 10000, LINE_BYTES = 1024 };

static struct lane lanes[2];
static int tuns[2];  // where a lane's packets come from; they go to the other one
static uint64_t late_bins[LATE_BINS], late_count;  // how much later than due a packet was handed on
static int64_t late_max_ns;

static int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static void take(int way) {
  uint8_t bytes[MAX_PACKET_BYTES];
  for (;;) {
    ssize_t length = read(tuns[way], bytes, sizeof bytes);
    if (length <= 0) return;
    if (bytes[0] >> 4 == 4) lane_push(&lanes[way], bytes, (size_t)length, now_ns());  // IPv6 talks to itself
  }
}

static void give(int way) {
  struct packet *packet;
  while ((packet = lane_pop(&lanes[way], now_ns()))) {
    if (write(tuns[!way], packet->bytes, packet->length) < 0) lanes[way].count.overflow++;
    else lanes[way].count.forwarded++;
    int64_t late_ns = now_ns() - packet->due_ns;
    int64_t bin = late_ns / LATE_BIN_NS;
    late_bins[bin < LATE_BINS ? bin : LATE_BINS - 1]++;
    late_count++;
    if (late_ns > late_max_ns) late_max_ns = late_ns;
    free(packet);
  }
}

/** Upper edge of the bin that holds the share `q` of all packets handed on. */
static double late_us(double q) {
  uint64_t sum = 0;
  for (int i = 0; i < LATE_BINS; i++)
    if ((double)(sum += late_bins[i]) >= q * (double)late_count) return late_count ? (i + 1) * LATE_BIN_NS / 1e3 : 0;
  return 0;
}

static void print_counters(void) {
  for (int way = DOWN; way <= UP; way++) {
    struct counters c = lanes[way].count;
    printf("%s\"%s\":{\"packets\":%lu,\"bytes\":%lu,\"forwarded\":%lu,\"lost\":%lu,\"queueFull\":%lu,\"outage\":%lu,"
           "\"overflow\":%lu,\"held\":%zu}",
           way == DOWN ? "{" : ",", way == DOWN ? "down" : "up", c.packets, c.bytes, c.forwarded, c.lost, c.queue_full,
           c.outage, c.overflow, lanes[way].held);
  }
  printf(",\"lateUs\":{\"p50\":%.0f,\"p99\":%.0f,\"max\":%.0f}}\n", late_us(0.5), late_us(0.99),
         (double)late_max_ns / 1e3);
}

/** `word` is `name=number`. Null, or what is wrong with it. */
static const char *set(int way, const char *word) {
  char name[32] = "", *end;
  const char *equals = strchr(word, '=');
  if (!equals || (size_t)(equals - word) >= sizeof name) return "no such command";
  memcpy(name, word, (size_t)(equals - word));
  double value = strtod(equals + 1, &end);
  if (end == equals + 1 || *end) return "not a number";
  return lane_set(&lanes[way], name, value);
}

static const char *pause_for(int way, const char *kind, const char *text) {
  char *end;
  double ms = text ? strtod(text, &end) : -1;
  if (!text || end == text || *end || !(ms >= 0 && ms <= 60e3)) return "not a time in ms";
  int64_t until_ns = now_ns() + (int64_t)(ms * 1e6);
  if (*kind == 'o') lanes[way].outage_until_ns = until_ns;
  else lanes[way].stall_until_ns = until_ns;
  return 0;
}

static const char *obey(char *line) {
  char *rest, *word = strtok_r(line, " ", &rest);
  int from = DOWN, to = UP;
  if (word && (!strcmp(word, "down") || !strcmp(word, "up"))) {
    from = to = *word == 'd' ? DOWN : UP;
    word = strtok_r(0, " ", &rest);
  }
  if (!word) return "no command";
  int is_pause = !strcmp(word, "outage") || !strcmp(word, "stall");
  char *kind = word;
  if (is_pause) word = strtok_r(0, " ", &rest);
  do {
    for (int way = from; way <= to; way++) {
      const char *wrong = is_pause ? pause_for(way, kind, word) : set(way, word);
      if (wrong) return wrong;
    }
  } while ((word = strtok_r(0, " ", &rest)));
  return 0;
}

/** Reads commands; 0 when there will be no more. */
static int listen_to_stdin(void) {
  static char line[LINE_BYTES];
  static size_t length;
  ssize_t got = read(0, line + length, sizeof line - length - 1);
  if (got <= 0) return 0;
  length += (size_t)got;
  for (char *end; (end = memchr(line, '\n', length));) {
    *end = 0;
    if (!strcmp(line, "counters")) print_counters();
    else {
      const char *wrong = obey(line);
      if (wrong) printf("error %s\n", wrong);
      else puts("ok");
    }
    size_t used = (size_t)(end - line) + 1;
    memmove(line, line + used, length -= used);
  }
  return length < sizeof line - 1;
}

static void watch(int poll, int fd) {
  struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
  epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event);
}

static void arm(int timer) {
  int64_t next_ns = lane_next_ns(&lanes[DOWN]), up_ns = lane_next_ns(&lanes[UP]);
  if (up_ns < next_ns) next_ns = up_ns;
  struct itimerspec at = {0};
  if (next_ns < INT64_MAX) at.it_value = (struct timespec){next_ns / 1000000000, next_ns % 1000000000};
  timerfd_settime(timer, TFD_TIMER_ABSTIME, &at, 0);
}

int main(int argc, char **argv) {
  if (argc != 4) return fputs("relay NEAR FAR SEED\n", stderr), 2;
  setvbuf(stdout, 0, _IOLBF, 0);
  prctl(PR_SET_TIMERSLACK, 1);
  char near_name[16], far_name[16];
  int far_namespace;
  tuns[DOWN] = tun_open(argv[1], near_name);
  tuns[UP] = tun_open_far(argv[2], far_name, &far_namespace);
  uint64_t seed = strtoull(argv[3], 0, 10);
  lane_init(&lanes[DOWN], seed);
  lane_init(&lanes[UP], ~seed);

  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  sigprocmask(SIG_BLOCK, &ends, 0);
  int signals = signalfd(-1, &ends, SFD_CLOEXEC);
  int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  int poll = epoll_create1(EPOLL_CLOEXEC);
  for (int way = DOWN; way <= UP; way++) watch(poll, tuns[way]);
  watch(poll, timer);
  watch(poll, signals);
  watch(poll, 0);
  printf("ready %d %d %s\n", getpid(), far_namespace, near_name);

  for (int going = 1; going;) {
    arm(timer);
    struct epoll_event events[8];
    int count = epoll_wait(poll, events, 8, -1);
    for (int i = 0; i < count; i++) {
      int fd = events[i].data.fd;
      uint64_t expirations;
      if (fd == signals) going = 0;
      else if (fd == 0) going = listen_to_stdin() && going;
      else if (fd == timer && read(timer, &expirations, sizeof expirations) < 0) continue;
    }
    take(DOWN);
    take(UP);
    give(DOWN);
    give(UP);
  }
  print_counters();
}

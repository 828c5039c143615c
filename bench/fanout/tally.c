// What the crowd's listeners that read have had: per packet, how much later each had it than the first of them.
#include <stdio.h>
#include <string.h>
#include "crowd.h"

enum { BINS = 100000, BIN_NS = 20000, SLOTS = 8192 };
/** What is younger may still be on its way to somebody. */
static const int64_t SETTLED_NS = 1000000000;

struct histogram {
  uint32_t bins[BINS];
  uint64_t count;
  int64_t max_ns;
};
struct slot {
  uint64_t key;
  int64_t first_ns, last_ns;
};

static struct histogram each, last;
static struct slot slots[SLOTS];
static uint64_t packets, messages, bytes_in, missed_in_all, closes;
static unsigned last_close;
static int64_t begun_ns;

static void add(struct histogram *to, int64_t ns) {
  int64_t bin = ns / BIN_NS;
  to->bins[bin < BINS ? bin : BINS - 1]++;
  to->count++;
  if (ns > to->max_ns) to->max_ns = ns;
}

/** Upper edge of the bin that holds this share, ms. */
static double percentile(const struct histogram *of, double share) {
  uint64_t sum = 0;
  for (int i = 0; i < BINS; i++) {
    sum += of->bins[i];
    if (sum > 0 && (double)sum >= share * (double)of->count) return (i + 1) * (BIN_NS / 1e6);
  }
  return 0;
}

static void settle(struct slot *slot) {
  if (slot->key != 0 && slot->first_ns >= begun_ns) add(&last, slot->last_ns - slot->first_ns);
  slot->key = 0;
}

void tally_packet(uint32_t stream, uint32_t sequence, uint32_t missed, int64_t ns) {
  packets++;
  missed_in_all += missed;
  uint64_t key = ((uint64_t)stream << 32 | sequence) + 1;
  struct slot *slot = &slots[sequence % SLOTS];
  if (slot->key != key) {
    settle(slot);
    *slot = (struct slot){key, ns, ns};
    return;
  }
  if (ns > slot->last_ns) slot->last_ns = ns;
  if (slot->first_ns >= begun_ns) add(&each, ns - slot->first_ns);
}

void tally_message(uint64_t bytes) {
  messages++;
  bytes_in += bytes;
}

void tally_close(unsigned code) {
  closes++;
  last_close = code;
}

void tally_begin(int64_t ns) {
  memset(&each, 0, sizeof each);
  memset(&last, 0, sizeof last);
  packets = messages = bytes_in = missed_in_all = closes = 0;
  last_close = 0;
  begun_ns = ns;
}

static void tell(const char *name, const struct histogram *of) {
  printf("\"%s\":{\"count\":%llu,\"p50Ms\":%.2f,\"p99Ms\":%.2f,\"p999Ms\":%.2f,\"maxMs\":%.2f},", name,
         (unsigned long long)of->count, percentile(of, 0.5), percentile(of, 0.99), percentile(of, 0.999),
         (double)of->max_ns / 1e6);
}

void tally_tell(unsigned open, int64_t ns) {
  for (int i = 0; i < SLOTS; i++)
    if (ns - slots[i].first_ns > SETTLED_NS) settle(&slots[i]);
  printf("{");
  tell("each", &each);
  tell("last", &last);
  printf("\"open\":%u,\"packets\":%llu,\"messages\":%llu,\"bytes\":%llu,\"missed\":%llu,", open,
         (unsigned long long)packets, (unsigned long long)messages, (unsigned long long)bytes_in,
         (unsigned long long)missed_in_all);
  printf("\"closes\":%llu,\"lastClose\":%u}\n", (unsigned long long)closes, last_close);
  fflush(stdout);
}

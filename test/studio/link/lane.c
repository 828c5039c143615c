#include "lane.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/** Far above what a connection has in flight: what is beyond is a mistake in the conditions, and is counted. */
enum { MAX_HELD = 65536 };

static uint64_t mix(uint64_t *state) {  // splitmix64, public domain
  uint64_t z = (*state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

static double uniform(uint64_t *state) { return (double)(mix(state) >> 11) * 0x1p-53; }

static double half_normal(uint64_t *state) {
  double radius = sqrt(-2 * log(1 - uniform(state)));
  return fabs(radius * cos(6.283185307179586 * uniform(state)));
}

static int64_t ns(double ms) { return (int64_t)(ms * 1e6); }

void lane_init(struct lane *lane, uint64_t seed) {
  memset(lane, 0, sizeof *lane);
  lane->is.burst = 1;
  lane->is.queue_ms = 200;
  lane->loss_random = mix(&seed);
  lane->time_random = mix(&seed);
}

// Gilbert: a burst ends with the chance that makes its mean length, and begins with the one that makes the share.
static int is_lost(struct lane *lane) {
  double share = lane->is.loss, burst = lane->is.burst, chance = uniform(&lane->loss_random);
  if (share >= 1) return 1;
  if (burst * (1 - share) <= 1) return chance < share;  // independent losses have bursts of 1 / (1 - share)
  lane->in_burst = lane->in_burst ? chance >= 1 / burst : chance < share / (burst * (1 - share));
  return lane->in_burst;
}

void lane_push(struct lane *lane, const uint8_t *bytes, size_t length, int64_t now_ns) {
  const struct conditions *is = &lane->is;
  lane->count.packets++;
  lane->count.bytes += length;
  if (now_ns < lane->outage_until_ns) {
    lane->count.outage++;
    return;
  }
  int64_t sent_ns = now_ns;
  if (is->rate_mbit > 0) {
    int64_t from_ns = lane->free_ns > now_ns ? lane->free_ns : now_ns;
    if (from_ns - now_ns > ns(is->queue_ms)) {
      lane->count.queue_full++;
      return;
    }
    sent_ns = from_ns + (int64_t)((double)length * 8000 / is->rate_mbit);
    lane->free_ns = sent_ns;
  }
  if (is_lost(lane)) {  // after the queue: it took its turn
    lane->count.lost++;
    return;
  }
  struct packet *packet = lane->held < MAX_HELD ? malloc(sizeof *packet + length) : 0;
  if (!packet) {
    lane->count.overflow++;
    return;
  }
  double more_ms = is->jitter_ms > 0 ? is->jitter_ms * half_normal(&lane->time_random) : 0;
  if (is->spike_share > 0 && uniform(&lane->time_random) < is->spike_share)
    more_ms += is->spike_ms * uniform(&lane->time_random);
  int64_t due_ns = sent_ns + ns(is->delay_ms + more_ms);
  if (due_ns < lane->last_due_ns) due_ns = lane->last_due_ns;
  lane->last_due_ns = due_ns;
  packet->next = 0;
  packet->due_ns = due_ns;
  packet->length = length;
  memcpy(packet->bytes, bytes, length);
  if (lane->last) lane->last->next = packet;
  else lane->first = packet;
  lane->last = packet;
  lane->held++;
}

int64_t lane_next_ns(const struct lane *lane) {
  if (!lane->first) return INT64_MAX;
  return lane->first->due_ns > lane->stall_until_ns ? lane->first->due_ns : lane->stall_until_ns;
}

struct packet *lane_pop(struct lane *lane, int64_t now_ns) {
  if (lane_next_ns(lane) > now_ns) return 0;
  struct packet *packet = lane->first;
  lane->first = packet->next;
  if (!lane->first) lane->last = 0;
  lane->held--;
  return packet;
}

const char *lane_set(struct lane *lane, const char *name, double value) {
  const struct {
    const char *name;
    double *to, least, most;
  } settings[] = {
      {"delayMs", &lane->is.delay_ms, 0, 60e3},       {"jitterMs", &lane->is.jitter_ms, 0, 60e3},
      {"spikeShare", &lane->is.spike_share, 0, 1},    {"spikeMs", &lane->is.spike_ms, 0, 60e3},
      {"loss", &lane->is.loss, 0, 1},                 {"burst", &lane->is.burst, 1, 1e6},
      {"rateMbit", &lane->is.rate_mbit, 0, 1e6},      {"queueMs", &lane->is.queue_ms, 0, 60e3},
  };
  for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
    if (strcmp(settings[i].name, name)) continue;
    if (!(value >= settings[i].least && value <= settings[i].most)) return "out of range";
    *settings[i].to = value;
    return 0;
  }
  return "no such setting";
}

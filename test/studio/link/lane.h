// One direction of the link: what happens to a packet between the two devices. No I/O and no clock of its own: times
// come in as nanoseconds of CLOCK_MONOTONIC. One thread.
#pragma once
#include <stddef.h>
#include <stdint.h>

enum { MAX_PACKET_BYTES = 1600 };

/** As set by commands. A rate of 0 is no limit. */
struct conditions {
  double delay_ms;      // one way
  double jitter_ms;     // added: |N(0, jitter)|
  double spike_share;   // share of packets that get U(0, spike_ms) more
  double spike_ms;
  double loss;          // share of packets
  double burst;         // mean number of packets lost in a row; 1: each by itself
  double rate_mbit;     // of IP bytes
  double queue_ms;      // how much may wait for its turn at that rate
};

/** `packets` arrived; each of them is in flight or in exactly one of the counts after it. */
struct counters {
  uint64_t packets, bytes, forwarded, lost, queue_full, outage, overflow;
};

struct packet {
  struct packet *next;
  int64_t due_ns;
  size_t length;
  uint8_t bytes[];
};

struct lane {
  struct conditions is;
  struct counters count;
  uint64_t loss_random, time_random;  // apart, so that jitter does not change who is lost
  int in_burst;
  int64_t free_ns;       // when the last packet let in has been sent at the rate
  int64_t last_due_ns;   // packets never overtake each other
  int64_t outage_until_ns, stall_until_ns;
  size_t held;
  struct packet *first, *last;
};

void lane_init(struct lane *lane, uint64_t seed);
/** Takes a copy of a packet that arrived at `now_ns`, or drops and counts it. */
void lane_push(struct lane *lane, const uint8_t *bytes, size_t length, int64_t now_ns);
/** When the next packet is to go; INT64_MAX when there is none. */
int64_t lane_next_ns(const struct lane *lane);
/** The next packet if its time has come, else null. The caller frees it. */
struct packet *lane_pop(struct lane *lane, int64_t now_ns);
/** Sets `name` (as in a command) to `value`. Null, or what is wrong with it. */
const char *lane_set(struct lane *lane, const char *name, double value);

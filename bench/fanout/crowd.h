// What the files of the crowd share. See crowd.c.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum manners { READS, SLOW, DEAF, MUTE };
enum stage { HTTP, FRAME, PACKET, SKIP, TEXT };

/** One listener. Nothing of it is allocated while it listens. */
struct listener {
  int fd; /* -1: not connected */
  enum manners manners;
  enum stage stage;
  uint8_t head[40]; /* of a frame or a packet, as far as it has come */
  uint32_t head_bytes;
  uint64_t frame_left; /* bytes of the message that are still to come */
  uint64_t skip_left;
  uint8_t opcode;
  char text[1024];
  uint32_t text_bytes;
  bool heard; /* the first packet is there */
  int64_t heard_ns;
  int64_t again_ns; /* connects again at, when it is not connected */
  int64_t receipt_ns;
  uint32_t stream;
  uint32_t sequence;
  double position;
  uint64_t packets, bytes;
};

/** Takes what came at `ns`. False: the connection is of no use any more. */
bool listener_take(struct listener *one, const uint8_t *data, size_t bytes, int64_t ns);
/** Sends a masked frame. False: it could not be written. */
bool listener_say(struct listener *one, uint8_t opcode, const char *text, size_t bytes);

/** A packet has come to one that reads, whose last one was `before` it by `missed` others. */
void tally_packet(uint32_t stream, uint32_t sequence, uint32_t missed, int64_t ns);
void tally_message(uint64_t bytes);
void tally_close(unsigned code);
void tally_begin(int64_t ns);
/** One line of JSON on stdout. */
void tally_tell(unsigned open, int64_t ns);

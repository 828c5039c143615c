// One connection of the crowd: WebSocket frames and the headers of audio packets, as they come, and nothing kept of the rest.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include "crowd.h"

enum { PACKET_HEADER = 32, CONTINUATION = 0, TEXT_FRAME = 1, BINARY = 2, CLOSE = 8, PING = 9, PONG = 10 };
/** What a listener gets at first is of the past, and says nothing of the way. */
static const int64_t SETTLING_NS = 1000000000;

bool listener_say(struct listener *one, uint8_t opcode, const char *text, size_t bytes) {
  uint8_t frame[1100];
  if (bytes > 1000) return false;
  size_t at = 0;
  frame[at++] = 0x80 | opcode;
  if (bytes < 126) frame[at++] = 0x80 | (uint8_t)bytes;
  else {
    frame[at++] = 0x80 | 126;
    frame[at++] = (uint8_t)(bytes >> 8);
    frame[at++] = (uint8_t)bytes;
  }
  memset(frame + at, 0, 4); /* a mask of zeros leaves the text as it is */
  memcpy(frame + at + 4, text, bytes);
  return send(one->fd, frame, at + 4 + bytes, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)(at + 4 + bytes);
}

/** Fills `head` up to `wanted`; true when it is full. */
static bool fill(struct listener *one, uint32_t wanted, const uint8_t **data, size_t *bytes) {
  size_t take = wanted - one->head_bytes;
  if (take > *bytes) take = *bytes;
  memcpy(one->head + one->head_bytes, *data, take);
  one->head_bytes += (uint32_t)take;
  *data += take;
  *bytes -= take;
  return one->head_bytes == wanted;
}

/** The next stage of the message in hand. */
static void go_on(struct listener *one) {
  one->head_bytes = 0;
  if (one->frame_left == 0) one->stage = FRAME;
  else if (one->opcode == BINARY) one->stage = PACKET;
  else one->stage = TEXT;
}

static void frame_begins(struct listener *one) {
  one->opcode = one->head[0] & 15;
  uint64_t length = one->head[1] & 127;
  if (length == 126) length = (uint64_t)one->head[2] << 8 | one->head[3];
  else if (length == 127) {
    length = 0;
    for (int i = 2; i < 10; i++) length = length << 8 | one->head[i];
  }
  one->frame_left = length;
  one->text_bytes = 0;
  if (one->opcode == BINARY) {
    one->bytes += length;
    if (one->manners == READS) tally_message(length);
  }
  go_on(one);
}

static void packet_begins(struct listener *one, int64_t ns) {
  uint16_t frames, payload;
  uint32_t stream, sequence;
  double position;
  memcpy(&frames, one->head + 4, 2);
  memcpy(&payload, one->head + 6, 2);
  memcpy(&stream, one->head + 8, 4);
  memcpy(&sequence, one->head + 12, 4);
  memcpy(&position, one->head + 16, 8);
  one->packets++;
  bool goes_on = one->heard && stream == one->stream;
  if (!one->heard) one->heard_ns = ns;
  one->heard = true;
  if (!goes_on || sequence > one->sequence) {
    uint32_t missed = goes_on ? sequence - one->sequence - 1 : 0;
    if (one->manners == READS && ns - one->heard_ns > SETTLING_NS) tally_packet(stream, sequence, missed, ns);
    one->stream = stream;
    one->sequence = sequence;
    one->position = position + frames;
  }
  one->frame_left -= PACKET_HEADER;
  one->skip_left = payload < one->frame_left ? payload : one->frame_left;
  one->stage = SKIP;
}

static bool text_ends(struct listener *one) {
  if (one->opcode == PING) return listener_say(one, PONG, one->text, one->text_bytes);
  if (one->opcode != CLOSE) return true;
  tally_close(one->text_bytes >= 2 ? (unsigned)((uint8_t)one->text[0] << 8 | (uint8_t)one->text[1]) : 1005);
  return false;
}

static bool take_text(struct listener *one, const uint8_t **data, size_t *bytes) {
  size_t take = one->frame_left < *bytes ? one->frame_left : *bytes;
  for (size_t i = 0; i < take && one->text_bytes < sizeof one->text; i++)
    one->text[one->text_bytes++] = (char)(*data)[i];
  *data += take;
  *bytes -= take;
  one->frame_left -= take;
  if (one->frame_left > 0) return true;
  go_on(one);
  return text_ends(one);
}

/** Until the empty line; only 101 will do. */
static bool take_http(struct listener *one, const uint8_t **data, size_t *bytes) {
  while (*bytes > 0) {
    if (one->text_bytes == sizeof one->text) one->text_bytes = 16; /* its first line is what is looked at */
    one->text[one->text_bytes++] = (char)*(*data)++;
    --*bytes;
    if (one->text_bytes < 16 || memcmp(one->text + one->text_bytes - 4, "\r\n\r\n", 4) != 0) continue;
    if (memcmp(one->text, "HTTP/1.1 101", 12) != 0) {
      tally_close((unsigned)atoi(one->text + 9));
      return false;
    }
    one->stage = FRAME;
    return true;
  }
  return true;
}

bool listener_take(struct listener *one, const uint8_t *data, size_t bytes, int64_t ns) {
  while (bytes > 0) {
    switch (one->stage) {
      case HTTP:
        if (!take_http(one, &data, &bytes)) return false;
        break;
      case FRAME: {
        if (one->head_bytes < 2 && !fill(one, 2, &data, &bytes)) break;
        uint8_t length = one->head[1] & 127;
        uint32_t wanted = length < 126 ? 2 : length == 126 ? 4 : 10;
        if (one->head_bytes < wanted && !fill(one, wanted, &data, &bytes)) break;
        frame_begins(one);
        if (one->frame_left == 0 && one->opcode != BINARY && !text_ends(one)) return false;
        break;
      }
      case PACKET:
        if (one->frame_left < PACKET_HEADER) return false;
        if (fill(one, PACKET_HEADER, &data, &bytes)) packet_begins(one, ns);
        break;
      case SKIP: {
        size_t take = one->skip_left < bytes ? one->skip_left : bytes;
        data += take;
        bytes -= take;
        one->skip_left -= take;
        one->frame_left -= take;
        if (one->skip_left == 0) go_on(one);
        break;
      }
      case TEXT:
        if (!take_text(one, &data, &bytes)) return false;
        break;
    }
  }
  return true;
}

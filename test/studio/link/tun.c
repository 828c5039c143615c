#define _GNU_SOURCE
#include "tun.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/** Packets the kernel keeps for us while we do not run: more than a connection has in flight. */
enum { DEVICE_QUEUE_PACKETS = 4096 };

static int must(int result, const char *what) {
  if (result >= 0) return result;
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  exit(1);
}

static void set_address(int control, struct ifreq *device, unsigned long request, const char *address) {
  struct sockaddr_in *to = (struct sockaddr_in *)&device->ifr_addr;
  memset(to, 0, sizeof *to);
  to->sin_family = AF_INET;
  if (inet_pton(AF_INET, address, &to->sin_addr) != 1) {
    fprintf(stderr, "%s: not an IPv4 address\n", address);
    exit(1);
  }
  must(ioctl(control, request, device), address);
}

static void bring_up(int control, struct ifreq *device) {
  must(ioctl(control, SIOCGIFFLAGS, device), "device flags");
  device->ifr_flags |= IFF_UP | IFF_RUNNING;
  must(ioctl(control, SIOCSIFFLAGS, device), "device up");
}

int tun_open(const char *address, char name[16]) {
  int tun = must(open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC), "/dev/net/tun");
  int control = must(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket");
  struct ifreq device;
  memset(&device, 0, sizeof device);
  strcpy(device.ifr_name, "backline%d");
  device.ifr_flags = IFF_TUN | IFF_NO_PI;
  must(ioctl(tun, TUNSETIFF, &device), "new device");
  memcpy(name, device.ifr_name, 16);
  set_address(control, &device, SIOCSIFADDR, address);
  set_address(control, &device, SIOCSIFNETMASK, "255.255.255.252");
  device.ifr_qlen = DEVICE_QUEUE_PACKETS;
  must(ioctl(control, SIOCSIFTXQLEN, &device), "queue of the device");
  bring_up(control, &device);
  close(control);
  return tun;
}

int tun_open_far(const char *address, char name[16], int *namespace_fd) {
  int home = must(open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), "own namespace");
  must(unshare(CLONE_NEWNET), "new network namespace");
  *namespace_fd = must(open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), "new namespace");
  int tun = tun_open(address, name);
  int control = must(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket");
  struct ifreq loopback = {.ifr_name = "lo"};
  bring_up(control, &loopback);
  close(control);
  must(setns(home, CLONE_NEWNET), "back to the own namespace");
  close(home);
  return tun;
}

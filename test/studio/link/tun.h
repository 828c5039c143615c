// Devices that hand IP packets to this process, and the namespace the far one lives in. All of it goes with the process.
#pragma once

/** A device with `address`/30 in the network namespace of the caller, up; its name to `name`. Exits on failure. */
int tun_open(const char *address, char name[16]);
/**
 * The same in a network namespace of its own that has nothing else but a loopback. `*namespace_fd` keeps it and is how
 * other programs enter it. The caller stays where it is.
 */
int tun_open_far(const char *address, char name[16], int *namespace_fd);

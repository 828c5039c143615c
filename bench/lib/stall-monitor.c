// stall-monitor: one SCHED_FIFO-90 thread per CPU wakes every millisecond and prints
// `stall <cpu> <CLOCK_MONOTONIC ms of the first missed tick> <ms late>` for every wake more than 2 ms late. What stops
// these threads stops every audio thread of the machine. Runs until it is killed.
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static double now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec * 1e-6;
}

static void *watch(void *cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET((long)cpu, &set);
  sched_setaffinity(0, sizeof set, &set);
  struct sched_param priority = {90};
  if (sched_setscheduler(0, SCHED_FIFO, &priority)) puts("not-realtime");
  puts("ready");
  for (double next = now_ms();;) {
    next += 1;
    struct timespec until = {(time_t)(next / 1e3), (long)(next * 1e6) % 1000000000L};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, 0);
    double late = now_ms() - next;
    if (late > 2) {
      printf("stall %ld %.2f %.2f\n", (long)cpu, next, late);
      next += late;
    }
  }
  return 0;
}

int main(void) {
  setvbuf(stdout, 0, _IOLBF, 0);
  long cpus = sysconf(_SC_NPROCESSORS_ONLN);
  pthread_t thread;
  for (long cpu = 0; cpu < cpus; cpu++) pthread_create(&thread, 0, watch, (void *)cpu);
  pause();
}

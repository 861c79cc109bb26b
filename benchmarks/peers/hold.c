/* The hold model (Jones 1986): take the earliest of a fixed number of events, put one back a random time later. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

typedef struct { double time; uint64_t number; } Event;

static inline int before(const Event *a, const Event *b) {
  return a->time < b->time || (a->time == b->time && a->number < b->number);
}

static inline double later(uint64_t *state) { /* splitmix64, exponential */
  uint64_t z = (*state += 0x9E3779B97F4A7C15ULL);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  z ^= z >> 31;
  return -log(((z >> 11) + 0.5) * (1.0 / 9007199254740992.0));
}

static void rise(Event *heap, int64_t place, Event event) {
  while (place > 0) {
    int64_t parent = (place - 1) >> 1;
    if (!before(&event, &heap[parent])) break;
    heap[place] = heap[parent];
    place = parent;
  }
  heap[place] = event;
}

static void sink(Event *heap, int64_t size, Event event) {
  int64_t place = 0;
  for (;;) {
    int64_t child = 2 * place + 1;
    if (child >= size) break;
    if (child + 1 < size && before(&heap[child + 1], &heap[child])) child++;
    if (!before(&heap[child], &event)) break;
    heap[place] = heap[child];
    place = child;
  }
  heap[place] = event;
}

static double processor_seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

/* Return nanoseconds per event: a pop, a draw and a push, after one turn through the heap to settle it. */
double hold_ns(int64_t size, int64_t events, uint64_t seed, double *checksum) {
  Event *heap = malloc((size + 1) * sizeof(Event));
  uint64_t number = 0;
  for (int64_t i = 0; i < size; i++) rise(heap, i, (Event){later(&seed), number++});
  double start = 0.0, sum = 0.0;
  for (int64_t k = -2 * size; k < events; k++) {
    if (k == 0) start = processor_seconds();
    Event first = heap[0];
    sink(heap, size - 1, heap[size - 1]);
    rise(heap, size - 1, (Event){first.time + later(&seed), number++});
    sum += first.time;
  }
  double ns = 1e9 * (processor_seconds() - start) / events;
  *checksum = sum;
  free(heap);
  return ns;
}

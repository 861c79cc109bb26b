/* The funnel of funnel.py by hand, twice: with every pending event in a heap, and lean. Compiled by c_code.py.

   "heap" keeps all that is pending in one binary heap ordered by time and number: the next lead, the next batch, every
   rep and executive at work, and for every lead that waits the moment at which it goes cold.
   "lean" does only what this funnel needs: the next lead and the next batch are two numbers, the heap holds busy hands,
   a cold lead is found when it is its turn, and nothing is kept of a lead. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

typedef struct { uint64_t s[4]; double spare; int has_spare; } Random; /* xoshiro256** (Blackman & Vigna 2018) */

static inline uint64_t turned(uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }

static inline uint64_t bits(Random *r) {
  uint64_t *s = r->s, found = turned(s[1] * 5, 7) * 9, t = s[1] << 17;
  s[2] ^= s[0]; s[3] ^= s[1]; s[1] ^= s[2]; s[0] ^= s[3]; s[2] ^= t; s[3] = turned(s[3], 45);
  return found;
}

static void sow(Random *r, uint64_t seed) {
  for (int i = 0; i < 4; i++) {
    uint64_t z = (seed += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    r->s[i] = z ^ (z >> 31);
  }
  r->has_spare = 0;
}

static inline double uniform(Random *r) { return ((bits(r) >> 11) + 0.5) * (1.0 / 9007199254740992.0); }

static inline double exponential(Random *r, double mean) { return -mean * log(uniform(r)); }

static inline double normal(Random *r) { /* polar method (Marsaglia & Bray 1964) */
  if (r->has_spare) { r->has_spare = 0; return r->spare; }
  double a, b, square;
  do {
    a = 2.0 * uniform(r) - 1.0;
    b = 2.0 * uniform(r) - 1.0;
    square = a * a + b * b;
  } while (square >= 1.0 || square == 0.0);
  double factor = sqrt(-2.0 * log(square) / square);
  r->spare = b * factor;
  r->has_spare = 1;
  return a * factor;
}

static inline double lognormal(Random *r, double mean_of_log, double sigma) {
  return exp(mean_of_log + sigma * normal(r));
}

typedef struct {
  double end, gap, batch_every, first_share, patience, log_work, chance, log_deal, sigma;
  int64_t batch_size, reps, executives;
} Settings;
typedef struct { double leads, cold, worked, wait, worked_first, wait_first, wins; } Played;

static inline void begin_work(Played *out, double wait, int first) {
  out->worked += 1.0;
  out->wait += wait;
  if (first) { out->worked_first += 1.0; out->wait_first += wait; }
}

/* ---- every pending event in a heap ---- */

enum { LEAD, BATCH, COLD, WORKED, WON };
typedef struct { double time; uint64_t number; int32_t kind, entity; } Event;
typedef struct { Event *events; int64_t size, room; uint64_t number; } Heap;

static inline int before(const Event *a, const Event *b) {
  return a->time < b->time || (a->time == b->time && a->number < b->number);
}

static inline void push(Heap *heap, double time, int kind, int entity) {
  if (heap->size == heap->room) {
    heap->room *= 2;
    heap->events = realloc(heap->events, heap->room * sizeof(Event));
  }
  Event event = {time, heap->number++, kind, entity};
  int64_t place = heap->size++;
  while (place > 0) {
    int64_t parent = (place - 1) >> 1;
    if (!before(&event, &heap->events[parent])) break;
    heap->events[place] = heap->events[parent];
    place = parent;
  }
  heap->events[place] = event;
}

static inline Event pop(Heap *heap) {
  Event *events = heap->events, top = events[0], event = events[--heap->size];
  int64_t place = 0, size = heap->size;
  for (;;) {
    int64_t child = 2 * place + 1;
    if (child >= size) break;
    if (child + 1 < size && before(&events[child + 1], &events[child])) child++;
    if (!before(&events[child], &event)) break;
    events[place] = events[child];
    place = child;
  }
  events[place] = event;
  return top;
}

enum { NONE = -1 };
typedef struct { double arrived; int32_t next, previous; int8_t first, waits, worked; } Lead;
typedef struct { int32_t head, tail; } Queue;
typedef struct { Lead *leads; int32_t room, free; } Pool; /* free leads are chained by `next` */

static int32_t new_lead(Pool *pool) {
  if (pool->free == NONE) {
    int32_t room = pool->room * 2;
    pool->leads = realloc(pool->leads, room * sizeof(Lead));
    for (int32_t i = pool->room; i < room; i++) pool->leads[i].next = i + 1 < room ? i + 1 : NONE;
    pool->free = pool->room;
    pool->room = room;
  }
  int32_t lead = pool->free;
  pool->free = pool->leads[lead].next;
  return lead;
}

static inline void give_back(Pool *pool, int32_t lead) {
  pool->leads[lead].next = pool->free;
  pool->free = lead;
}

static inline void leave(Pool *pool, Queue *queue, int32_t lead) {
  Lead *l = &pool->leads[lead];
  if (l->previous == NONE) queue->head = l->next; else pool->leads[l->previous].next = l->next;
  if (l->next == NONE) queue->tail = l->previous; else pool->leads[l->next].previous = l->previous;
  l->waits = 0;
}

void play_heap(const Settings *p, uint64_t seed, Played *out) {
  Random r;
  sow(&r, seed);
  Heap heap = {malloc(64 * sizeof(Event)), 0, 64, 0};
  Pool pool = {malloc(64 * sizeof(Lead)), 64, 0};
  for (int32_t i = 0; i < 64; i++) pool.leads[i].next = i < 63 ? i + 1 : NONE;
  Queue queues[2] = {{NONE, NONE}, {NONE, NONE}};
  int64_t free_reps = p->reps, free_executives = p->executives, deals_waiting = 0;
  Played found = {0};
  push(&heap, exponential(&r, p->gap), LEAD, 0);
  push(&heap, p->batch_every, BATCH, 0);
  for (;;) {
    Event event = pop(&heap);
    double now = event.time;
    if (now >= p->end) break;
    switch (event.kind) {
    case LEAD: case BATCH: {
      int64_t count = event.kind == LEAD ? 1 : p->batch_size;
      for (int64_t k = 0; k < count; k++) {
        found.leads += 1.0;
        int first = uniform(&r) < p->first_share;
        if (free_reps > 0) {
          free_reps--;
          begin_work(&found, 0.0, first);
          push(&heap, now + lognormal(&r, p->log_work, p->sigma), WORKED, 0);
          continue;
        }
        int32_t lead = new_lead(&pool);
        Queue *queue = &queues[!first];
        pool.leads[lead] = (Lead){now, NONE, queue->tail, (int8_t)first, 1, 0};
        if (queue->tail == NONE) queue->head = lead; else pool.leads[queue->tail].next = lead;
        queue->tail = lead;
        push(&heap, now + exponential(&r, p->patience), COLD, lead);
      }
      if (event.kind == LEAD) push(&heap, now + exponential(&r, p->gap), LEAD, 0);
      else push(&heap, now + p->batch_every, BATCH, 0);
      break;
    }
    case COLD: /* the record is given back here, whether its lead still waits or was worked long ago */
      if (pool.leads[event.entity].waits) {
        leave(&pool, &queues[!pool.leads[event.entity].first], event.entity);
        found.cold += 1.0;
      }
      give_back(&pool, event.entity);
      break;
    case WORKED: {
      Queue *queue = queues[0].head != NONE ? &queues[0] : &queues[1];
      int32_t lead = queue->head;
      if (lead == NONE) free_reps++;
      else {
        leave(&pool, queue, lead);
        begin_work(&found, now - pool.leads[lead].arrived, pool.leads[lead].first);
        push(&heap, now + lognormal(&r, p->log_work, p->sigma), WORKED, 0);
      }
      if (uniform(&r) < p->chance) {
        if (free_executives > 0) {
          free_executives--;
          push(&heap, now + lognormal(&r, p->log_deal, p->sigma), WON, 0);
        } else deals_waiting++;
      }
      break;
    }
    case WON:
      found.wins += 1.0;
      if (deals_waiting > 0) {
        deals_waiting--;
        push(&heap, now + lognormal(&r, p->log_deal, p->sigma), WON, 0);
      } else free_executives++;
      break;
    }
  }
  *out = found;
  free(heap.events);
  free(pool.leads);
}

/* ---- lean ---- */

typedef struct { double time; int64_t is_executive; } Hand;
typedef struct { double arrived, cold_at; } Waiting;
typedef struct { Waiting *ring; uint64_t head, tail, room; } Ring; /* room is a power of two */

static inline void busy(Hand *hands, int64_t size, double time, int64_t is_executive) {
  int64_t place = size;
  while (place > 0) {
    int64_t parent = (place - 1) >> 1;
    if (hands[parent].time <= time) break;
    hands[place] = hands[parent];
    place = parent;
  }
  hands[place] = (Hand){time, is_executive};
}

static inline void drop_first(Hand *hands, int64_t size) {
  Hand hand = hands[--size];
  int64_t place = 0;
  for (;;) {
    int64_t child = 2 * place + 1;
    if (child >= size) break;
    if (child + 1 < size && hands[child + 1].time < hands[child].time) child++;
    if (hand.time <= hands[child].time) break;
    hands[place] = hands[child];
    place = child;
  }
  hands[place] = hand;
}

static void add(Ring *ring, double arrived, double cold_at) {
  if (ring->tail - ring->head == ring->room) {
    Waiting *larger = malloc(2 * ring->room * sizeof(Waiting));
    for (uint64_t i = ring->head; i < ring->tail; i++)
      larger[i & (2 * ring->room - 1)] = ring->ring[i & (ring->room - 1)];
    free(ring->ring);
    ring->ring = larger;
    ring->room *= 2;
  }
  ring->ring[ring->tail++ & (ring->room - 1)] = (Waiting){arrived, cold_at};
}

void play_lean(const Settings *p, uint64_t seed, Played *out) {
  Random r;
  sow(&r, seed);
  Hand *hands = malloc((p->reps + p->executives + 1) * sizeof(Hand));
  Ring rings[2];
  for (int i = 0; i < 2; i++) rings[i] = (Ring){malloc(64 * sizeof(Waiting)), 0, 0, 64};
  int64_t size = 0, free_reps = p->reps, free_executives = p->executives, deals_waiting = 0;
  double next_lead = exponential(&r, p->gap), next_batch = p->batch_every;
  Played found = {0};
  for (;;) {
    double now = next_lead < next_batch ? next_lead : next_batch;
    if (size > 0 && hands[0].time < now) {
      now = hands[0].time;
      if (now >= p->end) break;
      int64_t is_executive = hands[0].is_executive;
      drop_first(hands, size--);
      if (is_executive) {
        found.wins += 1.0;
        if (deals_waiting > 0) {
          deals_waiting--;
          busy(hands, size++, now + lognormal(&r, p->log_deal, p->sigma), 1);
        } else free_executives++;
        continue;
      }
      int took = 0;
      for (int i = 0; i < 2 && !took; i++)
        while (rings[i].head < rings[i].tail && !took) {
          Waiting w = rings[i].ring[rings[i].head++ & (rings[i].room - 1)];
          if (w.cold_at <= now) { found.cold += 1.0; continue; }
          begin_work(&found, now - w.arrived, i == 0);
          busy(hands, size++, now + lognormal(&r, p->log_work, p->sigma), 0);
          took = 1;
        }
      if (!took) free_reps++;
      if (uniform(&r) < p->chance) {
        if (free_executives > 0) {
          free_executives--;
          busy(hands, size++, now + lognormal(&r, p->log_deal, p->sigma), 1);
        } else deals_waiting++;
      }
      continue;
    }
    if (now >= p->end) break;
    int64_t count = 1;
    if (next_batch <= next_lead) { count = p->batch_size; next_batch += p->batch_every; }
    else next_lead += exponential(&r, p->gap);
    for (int64_t k = 0; k < count; k++) {
      found.leads += 1.0;
      int first = uniform(&r) < p->first_share;
      if (free_reps > 0) {
        free_reps--;
        begin_work(&found, 0.0, first);
        busy(hands, size++, now + lognormal(&r, p->log_work, p->sigma), 0);
      } else add(&rings[!first], now, now + exponential(&r, p->patience));
    }
  }
  *out = found;
  free(hands);
  for (int i = 0; i < 2; i++) free(rings[i].ring);
}

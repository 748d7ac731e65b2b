// The visit audit as a C programmer would write it: one pass over the lines of each visit, branches and all.
// Codes are places in CODES, timed ones first. What the numbers mean stands in task.py, which gives them to the compiler.
#include <stdint.h>

void audit(int64_t visits, const int64_t *offsets, const uint8_t *code, const int16_t *minutes, const int16_t *billed,
           const uint8_t *released, int8_t *allowed, uint8_t *reasons) {
  for (int64_t v = 0; v < visits; v++) {
    int64_t first = offsets[v], end = offsets[v + 1];
    int total = 0, left = 0, column_one = 0;
    for (int64_t i = first; i < end; i++) {
      if (code[i] < TIMED_CODES) {
        int blocks = minutes[i] / 15;
        total += minutes[i];
        left -= blocks;
        allowed[i] = (int8_t)blocks;
        reasons[i] = 0;
      } else {
        allowed[i] = 1;
        reasons[i] = UNTIMED;
      }
      if (code[i] == CAPPED) column_one = 1;
    }
    if (total >= 8) left += (total + 7) / 15;
    for (; left > 0; left--) {
      int most = -1;
      int64_t best = first;
      for (int64_t i = first; i < end; i++) {
        if (code[i] >= TIMED_CODES || reasons[i] & LEFTOVER) continue;
        int rank = minutes[i] % 15 * 4096 + minutes[i];
        if (rank > most) {
          most = rank;
          best = i;
        }
      }
      allowed[best]++;
      reasons[best] |= LEFTOVER;
    }
    for (int64_t i = first; i < end; i++) {
      int units = allowed[i], why = reasons[i];
      if (units == 0 && code[i] < TIMED_CODES) why |= NOT_SUPPORTED;
      if (units > CAP && code[i] == CAPPED) {
        units = CAP;
        why |= OVER_CAP;
      }
      if (column_one && (code[i] == SECOND_0 || code[i] == SECOND_1) && !released[i]) {
        units = 0;
        why |= DENIED_BY_PAIR;
      }
      if (billed[i] > units) why |= OVERBILLED;
      allowed[i] = (int8_t)units;
      reasons[i] = (uint8_t)why;
    }
  }
}

// Selects boxes in the order of their scores, without those that overlap a selected box: 64 at a time. One thread
// selects among them, and all threads combine the overlaps of those selected. A block computes one image.
//
// COUNT: boxes of an image; WORDS: words of 64 boxes; MOST: selected boxes at most; THRESHOLD: the score up to which
// boxes are not selected; LANES: threads for adjacent words.

constexpr int GROUPS = BLOCK / LANES;

extern "C" __global__ void __launch_bounds__(BLOCK) greedy_selection(
    const unsigned long long* __restrict__ overlaps,
    const long long* __restrict__ order,
    const float* __restrict__ scores,
    long long* __restrict__ kept,
    long long* __restrict__ counts) {
  __shared__ unsigned long long removed[WORDS], within[64], selected;
  __shared__ float score[64];
  __shared__ int first, end;
  const int t = threadIdx.x, image = blockIdx.x;
  overlaps += (size_t)image * COUNT * WORDS;
  order += (size_t)image * COUNT;
  scores += (size_t)image * COUNT;
  kept += (size_t)image * MOST;
  for (int w = t; w < WORDS; w += BLOCK) removed[w] = 0;
  if (t == 0) end = 0;
  int count = 0;  // of thread 0
  unsigned long long next = 0;
  float value = 0.f;
  if (t < 64 && t < COUNT) {
    next = overlaps[(size_t)t * WORDS];
    value = scores[order[t]];
  }
  __syncthreads();
  for (int word = 0; word < WORDS && !end; word++) {
    if (t < 64) {
      within[t] = next;
      score[t] = value;
    }
    __syncthreads();
    if (t == 0) {
      const int boxes = COUNT - word * 64;
      unsigned long long left = ~removed[word], taken = 0;
      if (boxes < 64) left &= (1ull << boxes) - 1;
      first = count;
      while (left) {
        const int i = __ffsll(left) - 1;
        if (count == MOST || !(score[i] > THRESHOLD)) {  // all later scores are lower
          end = 1;
          break;
        }
        count++;
        taken |= 1ull << i;
        left &= ~(within[i] | 1ull << i);
      }
      selected = taken;
    }
    __syncthreads();
    const unsigned long long rows = selected;
    const int place = (word + 1) * 64 + t;
    if (t < 64 && place < COUNT) {  // for the next word, while others combine rows
      next = overlaps[(size_t)place * WORDS + word + 1];
      value = scores[order[place]];
    }
    if (t < 64 && (rows >> t & 1)) kept[first + __popcll(rows & ((1ull << t) - 1))] = order[word * 64 + t];
    for (int w = word + 1 + t % LANES; w < WORDS; w += LANES) {
      unsigned long long all = 0;
#pragma unroll
      for (int r = 0; r < 64; r += GROUPS) {
        const int i = r + t / LANES;
        if (rows >> i & 1) all |= overlaps[(size_t)(word * 64 + i) * WORDS + w];
      }
      if (all) atomicOr(removed + w, all);
    }
    __syncthreads();
  }
  if (t == 0) {
    counts[image] = count;
    first = count;
  }
  __syncthreads();
  for (int i = first + t; i < MOST; i += BLOCK) kept[i] = -1;
}

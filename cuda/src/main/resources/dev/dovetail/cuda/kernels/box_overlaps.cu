// The later boxes of an order that overlap each box by more than THRESHOLD, as bits. A block compares 64 boxes
// with 64 others. Products are not contracted with sums, so the result is that of ONNX Runtime on a CPU.
//
// COUNT: boxes of an image; WORDS: words of 64 boxes; THRESHOLD: intersection over union.

struct Box { float left, top, right, bottom, area; };

__device__ __forceinline__ Box box(const float* corners) {
  Box b;
  b.left = fminf(corners[0], corners[2]);
  b.right = fmaxf(corners[0], corners[2]);
  b.top = fminf(corners[1], corners[3]);
  b.bottom = fmaxf(corners[1], corners[3]);
  b.area = __fmul_rn(b.right - b.left, b.bottom - b.top);
  return b;
}

__device__ __forceinline__ bool overlap(const Box& a, const Box& b) {
  const float width = fminf(a.right, b.right) - fmaxf(a.left, b.left);
  const float height = fminf(a.bottom, b.bottom) - fmaxf(a.top, b.top);
  if (!(width > 0.f && height > 0.f)) return false;
  const float common = __fmul_rn(width, height);
  const float all = a.area + b.area - common;
  return common > 0.f && a.area > 0.f && b.area > 0.f && all > 0.f && common / all > THRESHOLD;
}

extern "C" __global__ void __launch_bounds__(BLOCK) box_overlaps(
    const float* __restrict__ boxes,
    const long long* __restrict__ order,
    unsigned long long* __restrict__ overlaps) {
  __shared__ Box others[64];
  const int word = blockIdx.x, rows = blockIdx.y % WORDS, image = blockIdx.y / WORDS;
  if (word < rows) return;  // the same for all threads
  boxes += (size_t)image * COUNT * 4;
  order += (size_t)image * COUNT;
  const int first = word * 64, place = rows * 64 + threadIdx.x;
  const int count = COUNT - first < 64 ? COUNT - first : 64;
  if (threadIdx.x < count) others[threadIdx.x] = box(boxes + 4 * order[first + threadIdx.x]);
  __syncthreads();
  if (place >= COUNT) return;
  const Box mine = box(boxes + 4 * order[place]);
  unsigned long long bits = 0;
  for (int j = word == rows ? threadIdx.x + 1 : 0; j < count; j++) {
    if (overlap(mine, others[j])) bits |= 1ull << j;
  }
  overlaps[((size_t)image * COUNT + place) * WORDS + word] = bits;
}

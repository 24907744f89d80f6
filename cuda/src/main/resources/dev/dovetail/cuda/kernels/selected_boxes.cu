// The image, the class (0) and the index of each selected box, image by image.
//
// BATCH: images; MOST: selected boxes of an image at most.

extern "C" __global__ void __launch_bounds__(BLOCK) selected_boxes(
    const long long* __restrict__ kept,
#if BATCH > 1
    const long long* __restrict__ counts,
#endif
    long long total,
    long long* __restrict__ out) {
  const int i = blockIdx.x * BLOCK + threadIdx.x;
  if (i >= total) return;
  int image = 0;
  long long place = i;
#if BATCH > 1
  while (image < BATCH - 1 && place >= counts[image]) place -= counts[image++];
#endif
  out[3 * i] = image;
  out[3 * i + 1] = 0;
  out[3 * i + 2] = kept[image * MOST + (place < MOST ? place : MOST - 1)];
}

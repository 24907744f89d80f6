// Bilinear samples: the four cells around a point, their weights, and their weighted sum.
//
// V: channels per thread.

// The weights of the cells, multiplied by the attention weight: top left, top right, bottom left and
// bottom right.
struct alignas(16) Shares { float of[4]; };

// The place of the top left cell, and the distances to the cells to its right and below, in bytes.
struct alignas(16) Cell { unsigned at, right, below; };

// Reads V channels of a cell. A 32-bit offset from the start of a tensor takes one addition.
template <typename E> __device__ __forceinline__ Pack<E, V> cell(const E* tensor, unsigned offset) {
  return *reinterpret_cast<const Pack<E, V>*>(reinterpret_cast<const char*>(tensor) + offset);
}

// Adds a weighted sample; own: the image and channel of the thread in the tensor, in bytes.
template <typename E>
__device__ __forceinline__ void blend(float (&acc)[V], const Shares& s, const Cell& c, const E* tensor, unsigned own) {
  const unsigned top = own + c.at, bottom = top + c.below;
  const Pack<E, V> w = cell(tensor, top), x = cell(tensor, top + c.right);
  const Pack<E, V> y = cell(tensor, bottom), z = cell(tensor, bottom + c.right);
#pragma unroll
  for (int v = 0; v < V; v++)
    acc[v] += s.of[0] * number(w.at[v]) + s.of[1] * number(x.at[v]) + s.of[2] * number(y.at[v]) +
              s.of[3] * number(z.at[v]);
}

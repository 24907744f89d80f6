// Bilinear samples: the four cells around a point, their weights, and their weighted sum.
//
// V: channels per thread; PAIRS: 1 to process two channels at once, in half precision.

struct alignas(16) Point {
  int cell;  // the top left cell, times 4; plus 2 if there is a cell to its right, plus 1 if there is one below
#if PAIRS
  float weight;
  unsigned top, bottom;  // weights of the left and the right cell
#else
  float shares[4];  // multiplied by the attention weight
#endif
};

template <typename E>
__device__ __forceinline__ void blend(float (&acc)[V], const Point& p, const E* a, const E* b, const E* c, const E* d) {
#if PAIRS
  const Pack<unsigned, V / 2> w = load<V / 2>((const unsigned*)a), x = load<V / 2>((const unsigned*)b);
  const Pack<unsigned, V / 2> y = load<V / 2>((const unsigned*)c), z = load<V / 2>((const unsigned*)d);
  const unsigned s0 = __byte_perm(p.top, 0u, 0x1010), s1 = __byte_perm(p.top, 0u, 0x3232);
  const unsigned s2 = __byte_perm(p.bottom, 0u, 0x1010), s3 = __byte_perm(p.bottom, 0u, 0x3232);
#pragma unroll
  for (int i = 0; i < V / 2; i++) {
    unsigned sum = pair_fma(s3, z.at[i], pair_fma(s2, y.at[i], pair_fma(s1, x.at[i], pair_fma(s0, w.at[i], 0u))));
    acc[2 * i] += p.weight * number(f16{(unsigned short)sum});
    acc[2 * i + 1] += p.weight * number(f16{(unsigned short)(sum >> 16)});
  }
#else
  const Pack<E, V> w = load<V>(a), x = load<V>(b), y = load<V>(c), z = load<V>(d);
#pragma unroll
  for (int v = 0; v < V; v++)
    acc[v] += p.shares[0] * number(w.at[v]) + p.shares[1] * number(x.at[v]) + p.shares[2] * number(y.at[v]) +
              p.shares[3] * number(z.at[v]);
#endif
}

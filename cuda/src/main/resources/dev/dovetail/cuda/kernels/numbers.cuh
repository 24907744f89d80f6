// Element types of tensors, and their conversion to float32 for computations. NVRTC has no CUDA headers.

struct f16 { unsigned short bits; };
struct bf16 { unsigned short bits; };

__device__ __forceinline__ float number(float x) { return x; }

__device__ __forceinline__ float number(f16 x) {
  float y;
  asm("cvt.f32.f16 %0, %1;" : "=f"(y) : "h"(x.bits));
  return y;
}

__device__ __forceinline__ float number(bf16 x) { return __uint_as_float((unsigned)x.bits << 16); }

template <typename E> __device__ __forceinline__ E element(float x);

template <> __device__ __forceinline__ float element<float>(float x) { return x; }

template <> __device__ __forceinline__ f16 element<f16>(float x) {
  f16 y;
  asm("cvt.rn.f16.f32 %0, %1;" : "=h"(y.bits) : "f"(x));
  return y;
}

template <> __device__ __forceinline__ bf16 element<bf16>(float x) {  // rounds to nearest, ties to even
  unsigned u = __float_as_uint(x);
  unsigned rounded = (u + 0x7fffu + ((u >> 16) & 1u)) >> 16;
  bf16 y;
  y.bits = (unsigned short)((u & 0x7fffffffu) > 0x7f800000u ? 0x7fc0u : rounded);
  return y;
}

// Converts two floats to halves, the first in the lower bits.
__device__ __forceinline__ unsigned pair(float a, float b) {
  return element<f16>(a).bits | (unsigned)element<f16>(b).bits << 16;
}

// N elements that are read and written at once. The address must be a multiple of their size.
template <typename E, int N> struct alignas(sizeof(E) * N) Pack { E at[N]; };

template <int N, typename E> __device__ __forceinline__ Pack<E, N> load(const E* p) {
  return *reinterpret_cast<const Pack<E, N>*>(p);
}

template <int N, typename E> __device__ __forceinline__ void store(E* p, const Pack<E, N>& x) {
  *reinterpret_cast<Pack<E, N>*>(p) = x;
}

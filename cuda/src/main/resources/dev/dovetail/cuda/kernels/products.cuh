// Matrix products of a warp in half precision.

// Adds a · b to d [16, 8], for a [16, 8] and b [8, 8]. Thread 4i + j of a warp has the elements 2j and
// 2j + 1 of row i of a, and of row i + 8; of column i of b; and of row i of d, and of row i + 8.
__device__ __forceinline__ void multiply(float (&d)[4], unsigned a0, unsigned a1, unsigned b) {
  asm volatile("mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5}, {%6}, {%0, %1, %2, %3};"
               : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3]) : "r"(a0), "r"(a1), "r"(b));
}

// Reads two halves. The address must be a multiple of 4.
__device__ __forceinline__ unsigned two(const f16* p) { return *reinterpret_cast<const unsigned*>(p); }

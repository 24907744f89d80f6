// Shifted windows of a grid, and their queries, keys and values.
//
// HEIGHT, WIDTH of the grid; WINDOW_HEIGHT, WINDOW_WIDTH; UP, LEFT: cells by which the grid is
// rolled; PAD_FIRST: 1 if it is padded before it is rolled; HEADS; CHANNELS (per head); TOKENS (per
// image); JOINT: 1 if query, key and value are parts of one token that lacks its bias.

constexpr int CELLS = HEIGHT * WIDTH, PLACES = WINDOW_HEIGHT * WINDOW_WIDTH;
constexpr int ROWS = (HEIGHT + WINDOW_HEIGHT - 1) / WINDOW_HEIGHT;
constexpr int COLUMNS = (WIDTH + WINDOW_WIDTH - 1) / WINDOW_WIDTH;
constexpr int OUT_STRIDE = HEADS * CHANNELS, STRIDE = JOINT ? 3 * OUT_STRIDE : OUT_STRIDE;

struct Place { int cell, region; };  // the cell is CELLS for padding

__device__ __forceinline__ int rolled(int at, int by, int extent, int padded) {
#if PAD_FIRST
  return (at + by) % padded;
#else
  return at < extent ? (at + by) % extent : extent;
#endif
}

// Returns a place of a window, which is counted within its image.
__device__ __forceinline__ Place place_of(int window, int place) {
  constexpr int padded_height = ROWS * WINDOW_HEIGHT, padded_width = COLUMNS * WINDOW_WIDTH;
  const int y = window / COLUMNS * WINDOW_HEIGHT + place / WINDOW_WIDTH;
  const int x = window % COLUMNS * WINDOW_WIDTH + place % WINDOW_WIDTH;
  const int row = rolled(y, UP, HEIGHT, padded_height), column = rolled(x, LEFT, WIDTH, padded_width);
  const int cell = row < HEIGHT && column < WIDTH ? row * WIDTH + column : CELLS;
  return {cell, (y >= padded_height - UP ? 2 : 0) + (x >= padded_width - LEFT ? 1 : 0)};
}

// Reads channels of the query, key or value of a cell. Those of padding are the bias or the last token.
template <int N> __device__ __forceinline__ Pack<T, N> token(const T* tokens, const T* bias, int cell) {
#if JOINT
  Pack<T, N> x = load<N>(bias);
  if (cell == CELLS) return x;
  const Pack<T, N> y = load<N>(tokens + cell * STRIDE);
#pragma unroll
  for (int i = 0; i < N; i++) x.at[i] = element<T>(number(x.at[i]) + number(y.at[i]));
  return x;
#else
  return load<N>(tokens + cell * STRIDE);
#endif
}

package dev.dovetail.cuda.kernels;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.fused.RotaryEmbedding;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Launches {@code rotary_embedding.cu}, with one thread for a few adjacent pairs. */
final class RotaryEmbeddingKernel {

  private RotaryEmbeddingKernel() {}

  static Optional<Launch> of(RotaryEmbedding op, Shape x, DType type) {
    int pairs = x.dim(2) / op.heads() / 2;
    int pack = Kernels.pack(pairs, DType.FLOAT32); // the tables are read in float32
    if (op.adjacent()) {
      pack = Math.min(pack, Kernels.pack(2 * pairs, type) / 2);
    }
    long threads = x.elements() / 2 / pack;
    Map<String, String> constants = new HashMap<>();
    constants.put("T", Kernels.name(type));
    constants.put("V", "" + pack);
    constants.put("COUNT", "" + threads);
    constants.put("TOKENS", "" + x.dim(1));
    constants.put("HEADS", "" + op.heads());
    constants.put("PAIRS", "" + pairs);
    constants.put("ADJACENT", Kernels.flag(op.adjacent()));
    return Kernels.perItem("rotary_embedding", constants, threads);
  }
}

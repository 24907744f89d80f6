package dev.dovetail.graph.fused;

import dev.dovetail.graph.FusedOp;
import dev.dovetail.graph.Op;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.TensorType;
import java.util.List;

/**
 * A rotary position embedding (Su et al. 2021): rotates each pair (a, b) of a head's channels to (a
 * cos - b sin, b cos + a sin). Operands: x [batch, tokens, width]; the cosine and the sine of each
 * token's angles [tokens, pairs] each. The result has the shape of x.
 *
 * @param heads number of heads
 * @param adjacent whether the channels of a pair are adjacent; otherwise a pair has one channel of
 *     each half of a head
 */
public record RotaryEmbedding(int heads, boolean adjacent) implements FusedOp {

  @Override
  public String onnxName() {
    return "RotaryEmbedding";
  }

  @Override
  public boolean readsFloat32(int operand) {
    return operand > 0;
  }

  @Override
  public List<TensorType> infer(List<TensorType> in) {
    Op.require(in.size() == 3, in.size() + " operands");
    Shape x = in.get(0).shape();
    Op.require(x.rank() == 3, "x is not [batch, tokens, width]");
    Op.require(x.dim(2) % (2 * heads) == 0, "the channels are not pairs of " + heads + " heads");
    Shape table = Shape.of(x.dim(1), x.dim(2) / heads / 2);
    Op.require(
        in.get(1).shape().equals(table) && in.get(2).shape().equals(table),
        "the tables are not " + table);
    return List.of(in.get(0));
  }
}

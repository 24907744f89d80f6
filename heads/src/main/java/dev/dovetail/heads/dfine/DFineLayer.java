package dev.dovetail.heads.dfine;

import static dev.dovetail.graph.nn.Linear.linear;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.DeformableSampling;
import dev.dovetail.graph.nn.MultiHeadAttention;
import dev.dovetail.graph.nn.ReferencePoints;
import dev.dovetail.heads.queries.DeformableDecoder;
import dev.dovetail.heads.queries.DeformableDecoderLayer.Memory;
import dev.dovetail.heads.rtdetr.RtDetr;
import java.util.List;

/**
 * A decoder layer of D-FINE (Peng et al. 2024, section 4). It differs from that of Deformable DETR:
 * the attention to the maps has no projections and a gate instead of a residual connection.
 */
record DFineLayer(RtDetr.Decoder decoder, RtDetr.Sampling points, Style style)
    implements DeformableDecoder.Layer {

  @Override
  public Tensor apply(
      Scope s, Tensor x, Tensor position, ReferencePoints references, Memory memory) {
    LayerKind kind = style.kind();
    double epsilon = decoder.epsilon();
    Tensor placed = x.plus(position);
    Tensor mixed =
        new MultiHeadAttention(decoder.heads()).apply(s.at("self_attn"), placed, placed, x);
    Tensor y = kind.norm(s.at("self_attn_layer_norm"), x.plus(mixed), epsilon);
    Tensor seen =
        s.in(
            "encoder_attn",
            a -> sampling().apply(a, y.plus(position), references, memory.tokens()));
    Tensor z =
        style.gateway()
            ? gate(s.at("gateway"), y, seen)
            : kind.norm(s.at("encoder_attn_layer_norm"), y.plus(seen), epsilon);
    Tensor out = kind.feedForward(s, z, decoder.hidden(), decoder.activation());
    return kind.norm(s.at("final_layer_norm"), out, epsilon);
  }

  private DeformableSampling sampling() {
    return new DeformableSampling(
        decoder.heads(),
        points.points(),
        points.method(),
        points.offsetScale(),
        points.storedShares());
  }

  /** The target gating layer, which weights both inputs per channel. */
  private Tensor gate(Scope s, Tensor x, Tensor seen) {
    return s.run(
        () -> {
          Tensor both = Tensor.concat(2, x, seen);
          List<Tensor> gates = linear(s.at("gate"), both, both.dim(2)).sigmoid().chunk(2, 2);
          Tensor sum = gates.get(0).times(x).plus(gates.get(1).times(seen));
          return style.kind().gateNorm(s.at("norm"), sum);
        });
  }
}

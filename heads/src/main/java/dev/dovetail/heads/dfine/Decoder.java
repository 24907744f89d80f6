package dev.dovetail.heads.dfine;

import static dev.dovetail.graph.nn.Linear.linear;

import dev.dovetail.graph.Scope;
import dev.dovetail.graph.Tensor;
import dev.dovetail.graph.nn.Activation;
import dev.dovetail.graph.nn.DeformableSampling;
import dev.dovetail.graph.nn.DeformableSampling.Method;
import dev.dovetail.graph.nn.MultiHeadAttention;
import dev.dovetail.graph.nn.ReferencePoints;
import dev.dovetail.heads.Require;
import dev.dovetail.heads.queries.DeformableDecoder;
import dev.dovetail.heads.queries.DeformableDecoderLayer.Memory;
import java.util.List;

/**
 * A decoder layer of D-FINE (Peng et al. 2024, section 4): that of Deformable DETR, whose attention
 * to the maps has no projections, and a gate in place of its residual. The record is how many there
 * are and what they are made of.
 *
 * @param layers how many
 * @param heads of both attentions, a divisor of the width
 * @param feedForward width of the feed-forward networks; DEIMv2's gate takes one half of it
 * @param kind what the layers are made of
 * @param activation in the feed-forward networks (D-FINE), or between the layers that make
 *     positions of boxes (DEIMv2)
 * @param gateway whether a gate weighs what is seen against the query; a residual otherwise
 * @param sampling of the maps
 * @param epsilon of layer norms
 */
public record Decoder(
    int layers,
    int heads,
    int feedForward,
    LayerKind kind,
    Activation activation,
    boolean gateway,
    Sampling sampling,
    double epsilon)
    implements DeformableDecoder.Layer {

  /**
   * How the maps are sampled.
   *
   * @param points for each query and head: a number for each level
   * @param method how a value between cells is made
   * @param reach the share of a box that an offset of one counts, before it is divided among the
   *     points of a level
   */
  public record Sampling(List<Integer> points, Method method, double reach) {

    public Sampling {
      points = List.copyOf(points);
      points.forEach(n -> Require.positive("points", n));
    }
  }

  public Decoder {
    Require.positive("layers", layers);
    Require.positive("heads", heads);
    Require.positive("feedForward", feedForward);
  }

  @Override
  public Tensor apply(
      Scope s, Tensor x, Tensor position, ReferencePoints references, Memory memory) {
    Tensor placed = x.plus(position);
    Tensor mixed = new MultiHeadAttention(heads).apply(s.at("self_attn"), placed, placed, x);
    Tensor y = kind.norm(s.at("self_attn_layer_norm"), x.plus(mixed), epsilon);
    Tensor seen =
        s.in(
            "encoder_attn",
            a -> attention().apply(a, y.plus(position), references, memory.tokens()));
    Tensor z =
        gateway
            ? gate(s.at("gateway"), y, seen)
            : kind.norm(s.at("encoder_attn_layer_norm"), y.plus(seen), epsilon);
    Tensor out = kind.feedForward(s, z, feedForward, activation);
    return kind.norm(s.at("final_layer_norm"), out, epsilon);
  }

  private DeformableSampling attention() {
    return new DeformableSampling(
        heads, sampling.points(), sampling.method(), sampling.reach(), true);
  }

  /** The target gating layer: both of them weighed, each channel for itself. */
  private Tensor gate(Scope s, Tensor x, Tensor seen) {
    return s.run(
        () -> {
          Tensor both = Tensor.concat(2, x, seen);
          List<Tensor> gates = linear(s.at("gate"), both, both.dim(2)).sigmoid().chunk(2, 2);
          Tensor sum = gates.get(0).times(x).plus(gates.get(1).times(seen));
          return kind.gateNorm(s.at("norm"), sum);
        });
  }
}

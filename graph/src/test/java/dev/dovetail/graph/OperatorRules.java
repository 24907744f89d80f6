package dev.dovetail.graph;

import static dev.dovetail.graph.OperatorRule.of;

import dev.dovetail.core.DType;
import dev.dovetail.graph.Sampling.DeformableAttention.Method;
import java.util.ArrayList;
import java.util.List;

/** Valid operands for every operator, and some invalid operands. */
final class OperatorRules {

  private static final int UNKNOWN = Shape.UNKNOWN;

  private OperatorRules() {}

  static List<OperatorRule> all() {
    List<OperatorRule> all = new ArrayList<>();
    all.addAll(elementwise());
    all.addAll(products());
    all.addAll(convolutions());
    all.addAll(normalizations());
    all.addAll(movements());
    all.addAll(pieces());
    all.addAll(indexing());
    all.addAll(reductions());
    all.addAll(sampling());
    all.addAll(selections());
    all.addAll(quantizations());
    return all;
  }

  private static List<OperatorRule> elementwise() {
    Op neg = new Elementwise.Unary(Elementwise.Function.NEG);
    Op not = new Elementwise.Unary(Elementwise.Function.NOT);
    Op add = new Elementwise.Binary(Elementwise.Operator.ADD);
    Op less = new Elementwise.Binary(Elementwise.Operator.LESS);
    Op and = new Elementwise.Binary(Elementwise.Operator.AND);
    Op where = new Elementwise.Where();
    return List.of(
        of(neg, "int64[2, ?]").give("int64[2, ?]"),
        of(new Elementwise.Sum(), "float32[3]", "float32[3]").give("float32[3]"),
        of(new Elementwise.Sum(), "float32[3]", "float32[1]").areRefused("types differ"),
        of(not, "bool[3]").give("bool[3]"),
        of(not, "float32[3]").areRefused("needs booleans"),
        of(add, "float32[2, 1, 4]", "float32[3, 1]").give("float32[2, 3, 4]"),
        of(add, "float32[?, 4]", "float32[4]").give("float32[?, 4]"),
        of(add, "float32[]", "float32[5]").give("float32[5]"),
        of(add, "float32[2]", "int64[2]").areRefused("element types differ"),
        of(add, "float32[2, 3]", "float32[2]")
            .areRefused("extents 3 and 2 at axis -1 cannot be broadcast"),
        of(less, "int64[2, 3]", "int64[]").give("bool[2, 3]"),
        of(and, "bool[2, 1]", "bool[3]").give("bool[2, 3]"),
        of(and, "int64[2]", "int64[2]").areRefused("needs booleans"),
        of(where, "bool[2, 1]", "int64[3]", "int64[]").give("int64[2, 3]"),
        of(where, "float32[2]", "int64[2]", "int64[2]").areRefused("condition is not boolean"),
        of(where, "bool[2]", "int64[2]", "float32[2]").areRefused("element types differ"),
        of(new Elementwise.Cast(DType.INT64), "float32[2]").give("int64[2]"),
        of(new Elementwise.Clip(0, 1), "float32[2]").give("float32[2]"),
        of(new Elementwise.Clip(0, 1), "int64[2]").areRefused("clips only floating-point values"),
        of(new Elementwise.Dropout(0.5, Elementwise.Unit.ELEMENT), "float32[2]")
            .give("float32[2]"));
  }

  private static List<OperatorRule> products() {
    Op matmul = new Product.MatMul();
    Op linear = new Product.Linear();
    Op attention = new Product.Attention(2, 0.5f);
    return List.of(
        of(matmul, "float32[5, 2, 3]", "float32[3, 4]").give("float32[5, 2, 4]"),
        of(matmul, "float32[2, 1, 2, 3]", "float32[7, 3, 4]").give("float32[2, 7, 2, 4]"),
        of(matmul, "float32[2, ?]", "float32[3, 4]").give("float32[2, 4]"),
        of(matmul, "float32[2, 3]", "float32[4, 3]").areRefused("inner extents 3 and 4 differ"),
        of(matmul, "float32[3]", "float32[3, 4]").areRefused("at least two axes"),
        of(matmul, "float32[2, 3]", "int64[3, 4]").areRefused("element types differ"),
        of(linear, "float32[5, 3]", "float32[4, 3]").give("float32[5, 4]"),
        of(linear, "float32[5, 3]", "float32[4, 3]", "float32[4]").give("float32[5, 4]"),
        of(linear, "float32[5, 3]", "float32[3, 4]")
            .areRefused("width 3 of x is not equal to the weight's 4"),
        of(linear, "float32[5, 3]", "float32[4, 3]", "float32[3]").areRefused("bias"),
        of(linear, "float32[1, 5, 3]", "float32[4, 3]").areRefused("x [n, in]"),
        of(attention, "float32[1, 5, 8]", "float32[1, 7, 8]", "float32[1, 7, 6]")
            .give("float32[1, 5, 6]"),
        of(
                attention,
                "float32[1, 5, 8]",
                "float32[1, 7, 8]",
                "float32[1, 7, 6]",
                "float32[1, 2, 5, 7]")
            .give("float32[1, 5, 6]"),
        of(
                attention,
                "float32[1, 5, 8]",
                "float32[1, 7, 8]",
                "float32[1, 7, 6]",
                "float32[1, 3, 5, 7]")
            .areRefused("broadcast"),
        of(attention, "float32[1, 5, 8]", "float32[1, 7, 6]", "float32[1, 7, 6]")
            .areRefused("query and key do not match"),
        of(attention, "float32[1, 5, 8]", "float32[1, 7, 8]", "float32[1, 6, 8]")
            .areRefused("key and value do not match"),
        of(attention, "float32[1, 5, 7]", "float32[1, 7, 7]", "float32[1, 7, 7]")
            .areRefused("width 7 is not a multiple of 2 heads"),
        of(attention, "float32[5, 8]", "float32[5, 8]", "float32[5, 8]")
            .areRefused("[batch, tokens, width]"));
  }

  private static List<OperatorRule> convolutions() {
    Op conv = new Convolution.Conv(2, 1, 2);
    Op transposed = new Convolution.ConvTranspose(2);
    Op max = new Convolution.MaxPool(3, 2, 1);
    Op mean = new Convolution.AveragePool(2, 2);
    return List.of(
        of(conv, "float32[1, 4, 7, 8]", "float32[6, 2, 3, 3]").give("float32[1, 6, 4, 4]"),
        of(conv, "float32[1, 4, ?, 8]", "float32[6, 2, 3, 3]").give("float32[1, 6, ?, 4]"),
        of(conv, "float32[1, 3, 7, 8]", "float32[6, 2, 3, 3]")
            .areRefused("the map has 3 channels, but the weight expects 4"),
        of(conv, "float32[1, 4, 7, 8]", "float32[6, 2, 11, 3]")
            .areRefused("the map's extent 7 is smaller than the kernel's 11"),
        of(conv, "float32[4, 7, 8]", "float32[6, 2, 3, 3]").areRefused("four axes"),
        of(transposed, "float32[1, 4, 5, 6]", "float32[4, 3, 2, 2]").give("float32[1, 3, 10, 12]"),
        of(transposed, "float32[1, 3, 5, 6]", "float32[4, 3, 2, 2]")
            .areRefused("channels 3 and 4 differ"),
        of(max, "float32[1, 4, 7, 8]").give("float32[1, 4, 4, 4]"),
        of(max, "float32[4, 7]").areRefused("no axis 2 in shape [4, 7]"),
        of(mean, "float32[1, 4, 7, 8]").give("float32[1, 4, 3, 4]"),
        of(mean, "float32[1, 4, 1, 8]").areRefused("smaller than the kernel's 2"));
  }

  private static List<OperatorRule> normalizations() {
    Op layer = new Normalization.LayerNorm(1e-6f);
    Op batch = new Normalization.BatchNorm(1e-5f);
    Op instance = new Normalization.InstanceNorm(1e-5f);
    String c = "float32[4]";
    return List.of(
        of(layer, "float32[2, 3, 4]", c, c).give("float32[2, 3, 4]"),
        of(layer, "float32[2, 4, 3]", c, c).areRefused("a parameter of shape [4] for 3 channels"),
        of(batch, "float32[2, 4, 3]", c, c, c, c).give("float32[2, 4, 3]"),
        of(batch, "float32[2, 3, 4]", c, c, c, c)
            .areRefused("a parameter of shape [4] for 3 channels"),
        of(instance, "float32[2, 4, 3]", c, c).give("float32[2, 4, 3]"),
        of(instance, "float32[2, 3, 4]", c, c)
            .areRefused("a parameter of shape [4] for 3 channels"),
        of(new Normalization.Softmax(1), "float32[2, 3]").give("float32[2, 3]"),
        of(new Normalization.Softmax(2), "float32[2, 3]").areRefused("no axis 2 in shape [2, 3]"));
  }

  private static List<OperatorRule> movements() {
    Op reshape = new Movement.Reshape(Shape.of(3, UNKNOWN));
    Op transpose = new Movement.Transpose(List.of(2, 0, 1));
    Op expand = new Movement.Expand(Shape.of(2, 3));
    Op pad = new Movement.Pad(List.of(0, 1), List.of(2, 0), 0);
    return List.of(
        of(reshape, "float32[2, 6]").give("float32[3, 4]"),
        of(reshape, "float32[2, ?]").give("float32[3, ?]"),
        of(reshape, "float32[2, 5]").areRefused("cannot be reshaped to [3, ?]"),
        of(new Movement.Reshape(Shape.of(UNKNOWN, UNKNOWN)), "float32[4]")
            .areRefused("more than one unknown extent"),
        of(transpose, "float32[2, 3, 4]").give("float32[4, 2, 3]"),
        of(transpose, "float32[2, 3]").areRefused("[2, 0, 1] is not a permutation"),
        of(expand, "float32[1, 3]").give("float32[2, 3]"),
        of(expand, "float32[4, 3]").areRefused("cannot be broadcast"),
        of(new Movement.Expand(Shape.of(UNKNOWN)), "float32[1]").areRefused("is unknown"),
        of(pad, "float32[2, 3]").give("float32[4, 4]"),
        of(pad, "float32[?, 3]").give("float32[?, 4]"),
        of(pad, "float32[2]").areRefused("expected one pad per axis"),
        of(pad, "int64[2, 3]").areRefused("pads only floating-point values"),
        of(new Movement.Unsqueeze(List.of(0, 2)), "float32[3]").give("float32[1, 3, 1]"),
        of(new Movement.Unsqueeze(List.of(2)), "float32[3]").areRefused("axis 2 is out of bounds"),
        of(new Movement.Squeeze(List.of(0, 2)), "float32[1, 3, 1]").give("float32[3]"),
        of(new Movement.Squeeze(List.of(1)), "float32[1, 3]").areRefused("axis 1 is not 1"));
  }

  private static List<OperatorRule> pieces() {
    Op concat = new Movement.Concat(1);
    Op split = new Movement.Split(List.of(1, 2), 0);
    Op slice = new Movement.Slice(0, 1, 6, 2);
    return List.of(
        of(concat, "float32[2, 3]", "float32[2, 1]").give("float32[2, 4]"),
        of(concat, "float32[2, 3]", "float32[2, ?]").give("float32[2, ?]"),
        of(concat, "float32[2, 3]", "float32[1, 3]")
            .areRefused("shapes differ in axes other than 1"),
        of(concat, "float32[2, 3]", "int64[2, 3]").areRefused("element types differ"),
        of(split, "float32[3, 4]").give("float32[1, 4]", "float32[2, 4]"),
        of(split, "float32[?, 4]").give("float32[1, 4]", "float32[2, 4]"),
        of(split, "float32[4, 4]")
            .areRefused("the parts [1, 2] do not add up to its 4 along axis 0"),
        of(slice, "float32[7, 2]").give("float32[3, 2]"),
        of(slice, "float32[?, 2]").give("float32[?, 2]"),
        of(slice, "float32[5, 2]").areRefused("slice to 6 exceeds axis 0"),
        of(new Movement.Slice(0, 3, 2, 1), "float32[5]").areRefused("invalid slice from 3 to 2"));
  }

  private static List<OperatorRule> indexing() {
    Op gather = new Indexing.Gather(1);
    Op gatherNd = new Indexing.GatherNd(1);
    Op scatter = new Indexing.ScatterNd();
    Op add = new Indexing.ScatterAdd();
    return List.of(
        of(gather, "float32[2, 9, 4]", "int64[5, 6]").give("float32[2, 5, 6, 4]"),
        of(gather, "float32[2, 9]", "int32[]").give("float32[2]"),
        of(gather, "float32[2, 9]", "float32[3]").areRefused("indices are float32"),
        of(gatherNd, "float32[2, 5, 6, 7]", "int64[2, 3, 2]").give("float32[2, 3, 7]"),
        of(gatherNd, "float32[2, 5]", "int64[2, 3, 2]")
            .areRefused("tuples of 2 are out of bounds of the shape"),
        of(gatherNd, "float32[2, 5]", "int32[2, 3, 1]").areRefused("indices are not int64"),
        of(scatter, "float32[4, 5]", "int64[3, 1]", "float32[3, 5]").give("float32[4, 5]"),
        of(scatter, "float32[4]", "int64[3, 1]", "int64[3]").areRefused("element types differ"),
        of(scatter, "float32[4]", "int32[3, 1]", "float32[3]").areRefused("not int64"),
        of(add, "int32[4]", "int64[?]", "int32[?]").give("int32[4]"),
        of(add, "int32[4]", "int64[3]", "float32[3]").areRefused("element types differ"),
        of(add, "int32[4]", "int64[3]", "int32[2]").areRefused("one update per index"),
        of(add, "int32[4, 2]", "int64[3]", "int32[3]").areRefused("expected vectors"),
        of(add, "int32[4]", "float32[3]", "int32[3]").areRefused("indices are float32"),
        of(new Indexing.ShapeOf(), "float32[4, ?, 3]").give("int64[3]"),
        of(new Indexing.RangeTo(), "int64[]", "int64[]", "int64[]").give("int64[?]"),
        of(new Indexing.RangeTo(), "int64[]").areRefused("needs start, limit and step"));
  }

  private static List<OperatorRule> reductions() {
    Op sum = new Reduction.Reduce(Reduction.Kind.SUM, 1, true);
    Op max = new Reduction.Reduce(Reduction.Kind.MAX, 0, false);
    return List.of(
        of(sum, "float32[2, 3]").give("float32[2, 1]"),
        of(sum, "float32[2]").areRefused("no axis 1 in shape [2]"),
        of(max, "float32[2, 3]").give("float32[3]"),
        of(new Reduction.ArgMax(0, false), "float32[2, 3]").give("int64[3]"),
        of(new Reduction.ArgMax(2, false), "float32[2, 3]").areRefused("no axis 2"),
        of(new Reduction.CumSum(0), "int64[2, 3]").give("int64[2, 3]"),
        of(new Reduction.CumSum(2), "int64[2, 3]").areRefused("no axis 2"));
  }

  private static List<OperatorRule> sampling() {
    Op resize = new Sampling.Resize(8, 9, Shape.of(1, 2, 3, 4), Sampling.Mode.LINEAR);
    Op resizeTo = new Sampling.ResizeTo(Sampling.Mode.NEAREST);
    Op grid = new Sampling.GridSample();
    Op roi = new Sampling.RoiAlign(7, 0.25f);
    Op deformable =
        new Sampling.DeformableAttention(
            List.of(Shape.of(2, 3), Shape.of(1, 2)), List.of(2, 1), Method.BILINEAR);
    String none = "float32[0]";
    String at = "float32[1, 2, 7, 3, 2]";
    return List.of(
        of(deformable, "float32[1, 8, 4]", at, "float32[1, 2, 7, 3]").give("float32[1, 7, 4]"),
        of(deformable, "float32[1, 8, 4]", at).areRefused("needs values, points and weights"),
        of(deformable, "float32[1, 6, 4]", at, "float32[1, 2, 7, 3]").areRefused("[batch, 8,"),
        of(deformable, "float32[2, 8, 4]", at, "float32[1, 2, 7, 3]").areRefused("points are not"),
        of(deformable, "float32[1, 8, 3]", at, "float32[1, 2, 7, 3]").areRefused("do not divide"),
        of(deformable, "float32[1, 8, 4]", at, "float32[1, 2, 7]")
            .areRefused("one weight per point"),
        of(resize, "float32[1, 2, 3, 4]").give("float32[1, 2, 8, 9]"),
        of(resize, "float32[2, 3, 4]").areRefused("needs a map with four axes"),
        of(resizeTo, "float32[1, 2, 3, 4]", none, none, "int64[4]").give("float32[1, 2, ?, ?]"),
        of(resizeTo, "float32[1, 2, 3, 4]", "int64[4]").areRefused("needs a map and four sizes"),
        of(grid, "float32[2, 5, 6, 7]", "float32[2, 3, 4, 2]").give("float32[2, 5, 3, 4]"),
        of(grid, "float32[2, 5, 6, 7]", "float32[1, 3, 4, 2]").areRefused("batches 2 and 1"),
        of(grid, "float32[2, 5, 6, 7]", "float32[2, 3, 4, 3]").areRefused("a map and a grid"),
        of(roi, "float32[1, 5, 6, 6]", "float32[?, 4]", "int64[?]").give("float32[?, 5, 7, 7]"),
        of(roi, "float32[1, 5, 6, 6]", "float32[9, 4]", "int32[9]")
            .areRefused("batch indices are not int64"),
        of(roi, "float32[1, 5, 6, 6]", "float32[4]", "int64[1]").areRefused("regions [n, 4]"));
  }

  private static List<OperatorRule> selections() {
    Op top = new Selection.TopK(3, 1, true);
    Op nms = new Selection.NonMaxSuppression(10, 0.5f, 0.05f);
    return List.of(
        of(top, "float32[2, 5]").give("float32[2, 3]", "int64[2, 3]"),
        of(top, "float32[2, ?]").give("float32[2, 3]", "int64[2, 3]"),
        of(top, "float32[2, 2]").areRefused("there are no 3 elements along axis 1"),
        of(new Selection.NonZero(), "bool[2, 3]").give("int64[2, ?]"),
        of(nms, "float32[1, 9, 4]", "float32[1, 2, 9]").give("int64[?, 3]"),
        of(nms, "float32[1, 9, 5]", "float32[1, 2, 9]").areRefused("boxes are not"),
        of(nms, "float32[1, 9, 4]", "float32[2, 9]").areRefused("scores are not"));
  }

  private static List<OperatorRule> quantizations() {
    Op quantize = new Quantization.Quantize(0);
    Op dequantize = new Quantization.Dequantize(1);
    return List.of(
        of(quantize, "float32[2, 3]", "float32[]", "uint8[]").give("uint8[2, 3]"),
        of(quantize, "float32[2, 3]", "float32[2]", "int8[2]").give("int8[2, 3]"),
        of(quantize, "float32[2, 3]", "float32[3]", "int8[3]").areRefused("each index of axis 0"),
        of(quantize, "float32[2, 3]", "float32[2]", "int8[]").areRefused("different shapes"),
        of(quantize, "int64[2]", "float32[]", "int8[]").areRefused("quantizes only float32"),
        of(dequantize, "int8[2, 3]", "float32[3]", "int8[3]").give("float32[2, 3]"),
        of(dequantize, "int8[2, 3]", "int64[3]", "int8[3]").areRefused("scale is not float32"),
        of(dequantize, "int8[2, 3]", "float32[]", "uint8[]").areRefused("different types"));
  }
}

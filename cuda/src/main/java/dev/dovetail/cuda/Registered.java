package dev.dovetail.cuda;

import dev.dovetail.graph.FusedOp;
import dev.dovetail.graph.TensorType;
import java.util.List;
import java.util.Map;

/**
 * A fused operator with the number that its node is known by in this process: ONNX Runtime hands it
 * back when the node is made. Its name says which operands are float32 and how many results there
 * are, since ONNX Runtime takes one signature for each name.
 *
 * @param op the operator
 * @param operands how many
 * @param results how many
 * @param number see {@link CustomOps#register}
 */
record Registered(FusedOp op, int operands, int results, long number) implements FusedOp {

  /** The attribute that holds the number. */
  static final String NUMBER = "kernel";

  @Override
  public String onnxName() {
    StringBuilder name = new StringBuilder(op.onnxName()).append('_');
    for (int i = 0; i < operands; i++) {
      name.append(op.readsFloat32(i) ? 'f' : 't');
    }
    return name.append(results).toString();
  }

  @Override
  public Map<String, Object> attributes() {
    return Map.of(NUMBER, number);
  }

  @Override
  public List<TensorType> infer(List<TensorType> in) {
    return op.infer(in);
  }

  @Override
  public boolean readsFloat32(int operand) {
    return op.readsFloat32(operand);
  }
}

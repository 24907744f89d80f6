package dev.dovetail.cuda;

import dev.dovetail.graph.FusedOp;
import dev.dovetail.graph.TensorType;
import java.util.List;
import java.util.Map;

/**
 * A fused operator with the number that identifies its node in this process. ONNX Runtime passes
 * the number back when it creates the node. The name encodes which operands are float32 and how
 * many results there are, since ONNX Runtime supports one signature per name.
 *
 * @param op the operator
 * @param operands the number of operands
 * @param results the number of results
 * @param number the result of {@link CustomOps#register}
 */
record Registered(FusedOp op, int operands, int results, long number) implements FusedOp {

  /** The attribute that contains the number. */
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

package dev.dovetail.cuda;

import dev.dovetail.core.DType;
import dev.dovetail.graph.FusedOp;
import dev.dovetail.graph.TensorType;
import java.util.List;
import java.util.Map;

/**
 * A fused operator with the number that identifies its node in this process. ONNX Runtime passes
 * the number back when it creates the node. The name encodes the types of operands and results,
 * since ONNX Runtime supports one signature per name: for each operand {@code t} (the element type
 * of the node), {@code f} (float32) or {@code s} (sizes, int64 on the CPU); for each result {@code
 * T}, {@code B} (uint8) or {@code W} (uint16).
 *
 * @param op the operator
 * @param operands the number of operands
 * @param results the element types of the results
 * @param number the result of {@link CustomOps#register}
 */
record Registered(FusedOp op, int operands, List<DType> results, long number) implements FusedOp {

  /** The attribute that contains the number. */
  static final String NUMBER = "kernel";

  @Override
  public String onnxName() {
    StringBuilder name = new StringBuilder(op.onnxName()).append('_');
    for (int i = 0; i < operands; i++) {
      name.append(op.isSize(i) ? 's' : op.readsFloat32(i) ? 'f' : 't');
    }
    for (DType result : results) {
      name.append(
          switch (result) {
            case UINT8 -> 'B';
            case UINT16 -> 'W';
            default -> 'T';
          });
    }
    return name.toString();
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

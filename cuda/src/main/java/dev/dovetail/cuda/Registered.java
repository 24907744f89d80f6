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
 * of the node), {@code f} (float32), {@code l} (int64) or {@code s} (sizes, int64 on the CPU); for
 * each result {@code T}, {@code B} (uint8), {@code W} (uint16) or {@code L} (int64).
 *
 * @param op the operator
 * @param operands the element types of the operands
 * @param results the element types of the results
 * @param number the result of {@link CustomOps#register}
 */
record Registered(FusedOp op, List<DType> operands, List<DType> results, long number)
    implements FusedOp {

  /** The attribute that contains the number. */
  static final String NUMBER = "kernel";

  @Override
  public String onnxName() {
    StringBuilder name = new StringBuilder(op.onnxName()).append('_');
    for (int i = 0; i < operands.size(); i++) {
      char floats = op.readsFloat32(i) ? 'f' : 't';
      name.append(op.isSize(i) ? 's' : operands.get(i) == DType.INT64 ? 'l' : floats);
    }
    for (DType result : results) {
      name.append(
          switch (result) {
            case UINT8 -> 'B';
            case UINT16 -> 'W';
            case INT64 -> 'L';
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

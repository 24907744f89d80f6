package dev.dovetail.cuda;

import static org.bytedeco.onnxruntime.global.onnxruntime.INPUT_OUTPUT_REQUIRED;
import static org.bytedeco.onnxruntime.global.onnxruntime.ONNX_TENSOR_ELEMENT_DATA_TYPE_BFLOAT16;
import static org.bytedeco.onnxruntime.global.onnxruntime.ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT;
import static org.bytedeco.onnxruntime.global.onnxruntime.ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16;
import static org.bytedeco.onnxruntime.global.onnxruntime.ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64;
import static org.bytedeco.onnxruntime.global.onnxruntime.ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT16;
import static org.bytedeco.onnxruntime.global.onnxruntime.ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8;
import static org.bytedeco.onnxruntime.global.onnxruntime.OrtMemTypeCPUInput;
import static org.bytedeco.onnxruntime.global.onnxruntime.OrtMemTypeDefault;

import dev.dovetail.core.DType;
import dev.dovetail.graph.FusedOp;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.onnxruntime.CustomOpDomain;
import org.bytedeco.onnxruntime.OrtApi;
import org.bytedeco.onnxruntime.OrtCustomOp;
import org.bytedeco.onnxruntime.OrtKernelContext;
import org.bytedeco.onnxruntime.OrtKernelInfo;
import org.bytedeco.onnxruntime.OrtStatus;

/**
 * Custom operators of ONNX Runtime that are implemented in Java.
 *
 * <p>This class works around limitations of JavaCPP. JavaCPP has ten native entry points for a
 * callback class, and the eleventh instance silently stores a null pointer. So there is one
 * instance of each class, which finds its target by the address of the operator or by the handle of
 * a node. JavaCPP also frees native memory when its Java object is collected, even if native code
 * still uses it. So operators, names and callbacks are static and never freed; their number is
 * bounded by the number of signatures. The callbacks have version 2, which can return errors. In
 * version 1, an exception would propagate as a C++ exception.
 */
final class CustomOps {

  /** A custom operator: a name and its signature, for one execution provider. */
  private static final class Definition {
    final OrtCustomOp op = new OrtCustomOp();
    final BytePointer name;
    final BytePointer provider;
    final int[] operands;
    final boolean[] sizes;
    final int[] results;

    Definition(String name, String provider) {
      this.name = new BytePointer(name);
      this.provider = new BytePointer(provider);
      int end = name.indexOf('_', name.indexOf('_') + 1);
      String signature = name.substring(name.indexOf('_') + 1, end);
      DType type = DType.valueOf(name.substring(end + 1).toUpperCase(Locale.ROOT));
      int count = (int) signature.chars().filter(Character::isLowerCase).count();
      this.operands = new int[count];
      this.sizes = new boolean[count];
      this.results = new int[signature.length() - count];
      for (int i = 0; i < signature.length(); i++) {
        int code = code(signature.charAt(i), type);
        if (i < count) {
          operands[i] = code;
          sizes[i] = signature.charAt(i) == 's';
        } else {
          results[i - count] = code;
        }
      }
    }

    /** Returns ONNX Runtime's number of an element type that is encoded as in Registered. */
    private static int code(char letter, DType type) {
      return switch (letter) {
        case 's', 'l', 'L' -> ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64;
        case 'f' -> ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT;
        case 'B' -> ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8;
        case 'W' -> ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT16;
        default -> code(type);
      };
    }

    private static int code(DType type) {
      return switch (type) {
        case FLOAT32 -> ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT;
        case FLOAT16 -> ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16;
        case BFLOAT16 -> ONNX_TENSOR_ELEMENT_DATA_TYPE_BFLOAT16;
        default -> throw new IllegalArgumentException("no kernel computes in " + type);
      };
    }
  }

  /** By name and provider. */
  private static final Map<String, Definition> DEFINITIONS = new ConcurrentHashMap<>();

  /** By the address of the operator. */
  private static final Map<Long, Definition> BY_ADDRESS = new ConcurrentHashMap<>();

  /**
   * By the number in the node's attribute. ONNX Runtime uses this number as the handle of the node.
   * A handle cannot be the address of an object, since the garbage collector moves objects.
   */
  private static final Map<Long, NodeKernel> KERNELS = new ConcurrentHashMap<>();

  private static final AtomicLong NUMBERS = new AtomicLong();
  private static final AtomicInteger LIVE = new AtomicInteger();

  private CustomOps() {}

  /** {@return a number for a fused operator, to be released with its session} */
  static long register(NodeKernel kernel) {
    long number = NUMBERS.incrementAndGet();
    KERNELS.put(number, kernel);
    return number;
  }

  /** Releases a fused operator whose session is closed. */
  static void release(long number) {
    KERNELS.remove(number).close();
  }

  /** {@return the number of nodes in all sessions, for tests} */
  static int live() {
    return LIVE.get();
  }

  /**
   * {@return a domain with the operators of these names, which must remain open as long as the
   * session}
   *
   * @param names the names of nodes, as in {@link Registered}
   * @param provider the execution provider of all nodes
   */
  static CustomOpDomain domain(List<String> names, String provider) {
    CustomOpDomain domain = new CustomOpDomain(FusedOp.DOMAIN);
    for (String name : new TreeSet<>(names)) {
      domain.Add(
          DEFINITIONS.computeIfAbsent(provider + "/" + name, key -> define(name, provider)).op);
    }
    return domain;
  }

  private static Definition define(String name, String provider) {
    Definition definition = new Definition(name, provider);
    OrtCustomOp op = definition.op;
    op.zero();
    op.version(Ort.API_VERSION);
    op.GetName(GET_NAME)
        .GetExecutionProviderType(GET_PROVIDER)
        .GetInputType(GET_INPUT_TYPE)
        .GetInputTypeCount(GET_INPUTS)
        .GetOutputType(GET_OUTPUT_TYPE)
        .GetOutputTypeCount(GET_OUTPUTS)
        .GetInputCharacteristic(GET_INPUT_CHARACTERISTIC)
        .GetOutputCharacteristic(GET_OUTPUT_CHARACTERISTIC)
        .GetInputMemoryType(GET_INPUT_MEMORY)
        .CreateKernelV2(CREATE)
        .KernelComputeV2(COMPUTE)
        .KernelDestroy(DESTROY);
    BY_ADDRESS.put(op.address(), definition);
    return definition;
  }

  private static Definition definition(OrtCustomOp op) {
    return BY_ADDRESS.get(op.address());
  }

  private static final OrtCustomOp.GetName_OrtCustomOp GET_NAME =
      new OrtCustomOp.GetName_OrtCustomOp() {
        @Override
        public BytePointer call(OrtCustomOp op) {
          return definition(op).name;
        }
      };

  private static final OrtCustomOp.GetExecutionProviderType_OrtCustomOp GET_PROVIDER =
      new OrtCustomOp.GetExecutionProviderType_OrtCustomOp() {
        @Override
        public BytePointer call(OrtCustomOp op) {
          return definition(op).provider;
        }
      };

  private static final OrtCustomOp.GetInputType_OrtCustomOp_long GET_INPUT_TYPE =
      new OrtCustomOp.GetInputType_OrtCustomOp_long() {
        @Override
        public int call(OrtCustomOp op, long i) {
          return definition(op).operands[(int) i];
        }
      };

  private static final OrtCustomOp.GetInputTypeCount_OrtCustomOp GET_INPUTS =
      new OrtCustomOp.GetInputTypeCount_OrtCustomOp() {
        @Override
        public long call(OrtCustomOp op) {
          return definition(op).operands.length;
        }
      };

  private static final OrtCustomOp.GetOutputType_OrtCustomOp_long GET_OUTPUT_TYPE =
      new OrtCustomOp.GetOutputType_OrtCustomOp_long() {
        @Override
        public int call(OrtCustomOp op, long i) {
          return definition(op).results[(int) i];
        }
      };

  private static final OrtCustomOp.GetOutputTypeCount_OrtCustomOp GET_OUTPUTS =
      new OrtCustomOp.GetOutputTypeCount_OrtCustomOp() {
        @Override
        public long call(OrtCustomOp op) {
          return definition(op).results.length;
        }
      };

  private static final OrtCustomOp.GetInputCharacteristic_OrtCustomOp_long
      GET_INPUT_CHARACTERISTIC =
          new OrtCustomOp.GetInputCharacteristic_OrtCustomOp_long() {
            @Override
            public int call(OrtCustomOp op, long i) {
              return INPUT_OUTPUT_REQUIRED;
            }
          };

  private static final OrtCustomOp.GetOutputCharacteristic_OrtCustomOp_long
      GET_OUTPUT_CHARACTERISTIC =
          new OrtCustomOp.GetOutputCharacteristic_OrtCustomOp_long() {
            @Override
            public int call(OrtCustomOp op, long i) {
              return INPUT_OUTPUT_REQUIRED;
            }
          };

  private static final OrtCustomOp.GetInputMemoryType_OrtCustomOp_long GET_INPUT_MEMORY =
      new OrtCustomOp.GetInputMemoryType_OrtCustomOp_long() {
        @Override
        public int call(OrtCustomOp op, long i) {
          return definition(op).sizes[(int) i] ? OrtMemTypeCPUInput : OrtMemTypeDefault;
        }
      };

  private static final OrtCustomOp.CreateKernelV2_OrtCustomOp_OrtApi_OrtKernelInfo_PointerPointer
      CREATE =
          new OrtCustomOp.CreateKernelV2_OrtCustomOp_OrtApi_OrtKernelInfo_PointerPointer() {
            @Override
            public OrtStatus call(
                OrtCustomOp op, OrtApi api, OrtKernelInfo info, PointerPointer out) {
              try {
                long[] number = new long[1];
                try (BytePointer name = new BytePointer(Registered.NUMBER)) {
                  Ort.check(Ort.API.KernelInfoGetAttribute_int64(info, name, number));
                }
                LIVE.incrementAndGet();
                out.put(0, new Ort.Raw(number[0]));
                return null;
              } catch (Throwable t) {
                return Ort.failure(t.getMessage() == null ? t.toString() : t.getMessage());
              }
            }
          };

  private static final OrtCustomOp.KernelComputeV2_Pointer_OrtKernelContext COMPUTE =
      new OrtCustomOp.KernelComputeV2_Pointer_OrtKernelContext() {
        @Override
        public OrtStatus call(Pointer kernel, OrtKernelContext context) {
          try {
            KERNELS.get(kernel.address()).run(RunningNode.of(context));
            return null;
          } catch (Throwable t) {
            return Ort.failure(t.getMessage() == null ? t.toString() : t.getMessage());
          }
        }
      };

  private static final OrtCustomOp.KernelDestroy_Pointer DESTROY =
      new OrtCustomOp.KernelDestroy_Pointer() {
        @Override
        public void call(Pointer kernel) {
          LIVE.decrementAndGet();
        }
      };
}

package dev.dovetail.cuda;

import static dev.dovetail.cuda.DeviceMemory.check;
import static org.bytedeco.cuda.global.cudart.cudaGetLastError;
import static org.bytedeco.cuda.global.cudart.cudaGraphDestroy;
import static org.bytedeco.cuda.global.cudart.cudaGraphExecDestroy;
import static org.bytedeco.cuda.global.cudart.cudaGraphGetNodes;
import static org.bytedeco.cuda.global.cudart.cudaGraphGetRootNodes;
import static org.bytedeco.cuda.global.cudart.cudaGraphInstantiate;
import static org.bytedeco.cuda.global.cudart.cudaGraphLaunch;
import static org.bytedeco.cuda.global.cudart.cudaGraphMemcpyNodeGetParams;
import static org.bytedeco.cuda.global.cudart.cudaGraphNodeGetDependentNodes;
import static org.bytedeco.cuda.global.cudart.cudaGraphNodeGetType;
import static org.bytedeco.cuda.global.cudart.cudaGraphNodeTypeEmpty;
import static org.bytedeco.cuda.global.cudart.cudaGraphNodeTypeKernel;
import static org.bytedeco.cuda.global.cudart.cudaGraphNodeTypeMemAlloc;
import static org.bytedeco.cuda.global.cudart.cudaGraphNodeTypeMemFree;
import static org.bytedeco.cuda.global.cudart.cudaGraphNodeTypeMemcpy;
import static org.bytedeco.cuda.global.cudart.cudaGraphNodeTypeMemset;
import static org.bytedeco.cuda.global.cudart.cudaMemoryTypeDevice;
import static org.bytedeco.cuda.global.cudart.cudaPointerGetAttributes;
import static org.bytedeco.cuda.global.cudart.cudaStreamBeginCapture;
import static org.bytedeco.cuda.global.cudart.cudaStreamCaptureModeThreadLocal;
import static org.bytedeco.cuda.global.cudart.cudaStreamEndCapture;
import static org.bytedeco.cuda.global.cudart.cudaStreamSynchronize;

import java.util.Optional;
import org.bytedeco.cuda.cudart.CUgraphExec_st;
import org.bytedeco.cuda.cudart.CUgraphNode_st;
import org.bytedeco.cuda.cudart.CUgraph_st;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.cudart.cudaGraphEdgeData;
import org.bytedeco.cuda.cudart.cudaMemcpy3DParms;
import org.bytedeco.cuda.cudart.cudaPointerAttributes;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.SizeTPointer;

/**
 * The launches of a run as a CUDA graph, which the GPU executes without the CPU. The engine records
 * them itself. ONNX Runtime's own recordings belong to the thread that made them, fail while another
 * thread allocates memory, and must be requested before the session is created, which then may fail.
 */
final class CudaRecording implements RunDevice.Recording {

  private final CUgraphExec_st launches;
  private final CUstream_st stream;

  private CudaRecording(CUgraphExec_st launches, CUstream_st stream) {
    this.launches = launches;
    this.stream = stream;
  }

  /**
   * Records what a run launches on a stream, and nothing else that other threads do meanwhile.
   *
   * @throws IllegalStateException if the run cannot be recorded, for example because it waits for
   *     the GPU, or must not be replayed
   */
  static CudaRecording of(CUstream_st stream, Runnable run) {
    CUgraph_st graph = new CUgraph_st();
    check(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal));
    try {
      int code;
      try {
        run.run();
      } finally {
        code = cudaStreamEndCapture(stream, graph);
        cudaGetLastError(); // the error of a failed recording is no error of the next call
      }
      check(code);
      CUgraphExec_st launches = new CUgraphExec_st();
      check(cudaGraphInstantiate(launches, graph));
      CudaRecording recording = new CudaRecording(launches, stream);
      Optional<String> problem = problem(graph);
      if (problem.isPresent()) {
        recording.discard();
        throw new IllegalStateException(problem.get());
      }
      return recording;
    } finally {
      if (!graph.isNull()) {
        cudaGraphDestroy(graph);
      }
    }
  }

  /**
   * Returns why a graph must not be replayed. What it reads from the host is only valid once, and
   * ONNX Runtime frees that memory in a host function, which must run exactly once.
   */
  private static Optional<String> problem(CUgraph_st graph) {
    try (SizeTPointer count = new SizeTPointer(1);
        SizeTPointer one = new SizeTPointer(1);
        cudaGraphEdgeData edge = new cudaGraphEdgeData()) {
      check(cudaGraphGetNodes(graph, null, count));
      long all = count.get();
      CUgraphNode_st node = new CUgraphNode_st();
      check(cudaGraphGetRootNodes(graph, null, count));
      long next = count.get();
      if (next == 1) {
        check(cudaGraphGetRootNodes(graph, node, one.put(1)));
      }
      // JavaCPP's binding returns one node at a time. One stream records a chain of nodes.
      long seen = 0;
      while (next == 1) {
        Optional<String> problem = problem(node);
        if (problem.isPresent()) {
          return problem;
        }
        seen++;
        check(cudaGraphNodeGetDependentNodes(node, null, null, count));
        next = count.get();
        if (next == 1) {
          CUgraphNode_st following = new CUgraphNode_st();
          check(cudaGraphNodeGetDependentNodes(node, following, edge, one.put(1)));
          node = following;
        }
      }
      return seen == all
          ? Optional.empty()
          : Optional.of("its " + all + " launches are not in one sequence");
    }
  }

  private static Optional<String> problem(CUgraphNode_st node) {
    int[] type = new int[1];
    check(cudaGraphNodeGetType(node, type));
    if (type[0] == cudaGraphNodeTypeMemcpy) {
      try (cudaMemcpy3DParms copy = new cudaMemcpy3DParms()) {
        check(cudaGraphMemcpyNodeGetParams(node, copy));
        return onDevice(copy.srcPtr().ptr()) && onDevice(copy.dstPtr().ptr())
            ? Optional.empty()
            : Optional.of("it copies from or to the host");
      }
    }
    return type[0] == cudaGraphNodeTypeKernel
            || type[0] == cudaGraphNodeTypeMemset
            || type[0] == cudaGraphNodeTypeEmpty
            || type[0] == cudaGraphNodeTypeMemAlloc
            || type[0] == cudaGraphNodeTypeMemFree
        ? Optional.empty()
        : Optional.of("it contains a CUDA graph node of type " + type[0]);
  }

  private static boolean onDevice(Pointer memory) {
    try (cudaPointerAttributes attributes = new cudaPointerAttributes()) {
      return cudaPointerGetAttributes(attributes, memory) == 0
          && attributes.type() == cudaMemoryTypeDevice;
    } finally {
      cudaGetLastError();
    }
  }

  @Override
  public void replay() {
    check(cudaGraphLaunch(launches, stream));
  }

  /** Runs the host functions, which free memory of ONNX Runtime. Results are not used. */
  private void discard() {
    try {
      replay();
      check(cudaStreamSynchronize(stream));
    } finally {
      close();
    }
  }

  @Override
  public void close() {
    cudaGraphExecDestroy(launches);
  }
}

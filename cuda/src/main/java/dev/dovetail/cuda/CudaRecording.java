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
import static org.bytedeco.cuda.global.cudart.cudaMemoryTypeHost;
import static org.bytedeco.cuda.global.cudart.cudaPointerGetAttributes;
import static org.bytedeco.cuda.global.cudart.cudaStreamBeginCapture;
import static org.bytedeco.cuda.global.cudart.cudaStreamCaptureModeThreadLocal;
import static org.bytedeco.cuda.global.cudart.cudaStreamEndCapture;
import static org.bytedeco.cuda.global.cudart.cudaStreamSynchronize;

import java.util.ArrayList;
import java.util.List;
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
 * them itself. ONNX Runtime's own recordings belong to the thread that made them, fail while
 * another thread allocates memory, and must be requested before the session is created, which then
 * may fail.
 */
final class CudaRecording implements RunDevice.Recording {

  private final CUstream_st stream;
  private final CUgraphExec_st launches = new CUgraphExec_st();

  private CudaRecording(CUstream_st stream) {
    this.stream = stream;
  }

  /**
   * Records what a run launches on a stream, and nothing that other threads do meanwhile.
   *
   * @throws IllegalStateException if the run cannot be recorded, for example because it waits for
   *     the GPU, or must not be replayed
   */
  static CudaRecording of(CUstream_st stream, Runnable run) {
    CUgraph_st graph = new CUgraph_st();
    try {
      capture(stream, run, graph);
      nodes(graph).forEach(CudaRecording::requireRepeatable);
      CudaRecording recording = new CudaRecording(stream);
      check(cudaGraphInstantiate(recording.launches, graph));
      return recording;
    } finally {
      if (!graph.isNull()) {
        cudaGraphDestroy(graph);
      }
    }
  }

  private static void capture(CUstream_st stream, Runnable run, CUgraph_st graph) {
    check(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal));
    int code;
    try {
      run.run();
    } finally {
      code = cudaStreamEndCapture(stream, graph);
      cudaGetLastError(); // the error of a failed recording is no error of the next call
    }
    check(code);
  }

  /**
   * Returns the nodes of a graph in the order in which they run.
   *
   * @throws IllegalStateException if they are not one sequence
   */
  private static List<CUgraphNode_st> nodes(CUgraph_st graph) {
    List<CUgraphNode_st> nodes = new ArrayList<>();
    try (SizeTPointer count = new SizeTPointer(1);
        cudaGraphEdgeData edge = new cudaGraphEdgeData()) {
      check(cudaGraphGetNodes(graph, null, count));
      long all = count.get();
      // JavaCPP's binding returns one node at a time, which suffices for a sequence.
      CUgraphNode_st node = new CUgraphNode_st();
      check(cudaGraphGetRootNodes(graph, node, count.put(1)));
      while (count.get() == 1) {
        nodes.add(node);
        CUgraphNode_st next = new CUgraphNode_st();
        check(cudaGraphNodeGetDependentNodes(node, next, edge, count.put(1)));
        node = next;
      }
      if (nodes.size() != all) {
        throw new IllegalStateException("its " + all + " launches are not one sequence");
      }
      return nodes;
    }
  }

  /**
   * Verifies that a node does the same in each replay. What is copied from pageable memory is no
   * longer there in a replay. Pinned memory is kept until the next regular run.
   */
  private static void requireRepeatable(CUgraphNode_st node) {
    int type = type(node);
    if (type == cudaGraphNodeTypeMemcpy) {
      try (cudaMemcpy3DParms copy = new cudaMemcpy3DParms()) {
        check(cudaGraphMemcpyNodeGetParams(node, copy));
        int from = memory(copy.srcPtr().ptr());
        if (from != cudaMemoryTypeDevice && from != cudaMemoryTypeHost) {
          throw new IllegalStateException("it copies from pageable memory");
        }
        if (memory(copy.dstPtr().ptr()) != cudaMemoryTypeDevice) {
          throw new IllegalStateException("it copies to the host");
        }
      }
    } else if (type != cudaGraphNodeTypeKernel
        && type != cudaGraphNodeTypeMemset
        && type != cudaGraphNodeTypeEmpty
        && type != cudaGraphNodeTypeMemAlloc
        && type != cudaGraphNodeTypeMemFree) {
      throw new IllegalStateException("it has a CUDA graph node of type " + type);
    }
  }

  private static int type(CUgraphNode_st node) {
    int[] type = new int[1];
    check(cudaGraphNodeGetType(node, type));
    return type[0];
  }

  private static int memory(Pointer address) {
    try (cudaPointerAttributes attributes = new cudaPointerAttributes()) {
      check(cudaPointerGetAttributes(attributes, address));
      return attributes.type();
    }
  }

  @Override
  public void replay() {
    check(cudaGraphLaunch(launches, stream));
  }

  @Override
  public void close() {
    cudaStreamSynchronize(stream); // a failed run may not be finished
    cudaGraphExecDestroy(launches);
  }
}

package dev.dovetail.runtime;

import dev.dovetail.graph.Graph;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.TensorType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Compiles and runs graphs. The default engine is ONNX Runtime's official Java artifact. Modules
 * can provide other engines for a device as a service ({@link Engines}).
 */
public interface Engine {

  /** {@return the engine's name and version in readable form} */
  String describe();

  /**
   * {@return why this engine cannot run graphs on a device, with a remedy; empty if it can}
   *
   * @param device the device to run on
   */
  Optional<String> problem(Device device);

  /**
   * Tests the engine's own kernels on a device without {@link #problem}, for {@link Doctor}.
   *
   * @param device the device to run on
   * @return what does not work; empty if everything works
   */
  default Optional<String> selfTest(Device device) {
    return Optional.empty();
  }

  /**
   * Prepares a graph for this engine.
   *
   * @param graph the whole model
   * @param settings how to compile it
   * @return the graph in the form that this engine requires
   * @throws PlanException if the device cannot be used
   */
  Prepared prepare(Graph graph, Settings settings) throws PlanException;

  /**
   * Opens an ONNX file.
   *
   * @param file the file; its external weights are in the same directory
   * @param settings specifies the device and threads; all else is defined by the file
   * @param profile the prefix of the profile's file name; empty for no profile
   * @return the session
   * @throws PlanException if the file is invalid or the device cannot be used
   * @throws IOException if the file cannot be read
   */
  Session open(Path file, Settings settings, Optional<Path> profile) throws IOException;

  /** A graph in the form that an engine requires. */
  interface Prepared extends AutoCloseable {

    /** {@return the graph to write as a model} */
    Graph graph();

    /**
     * Compiles the model.
     *
     * @param model the ONNX model of {@link #graph}
     * @param folder the directory that locations of external weights are relative to; empty if
     *     there are no external weights
     * @param profile the prefix of the profile's file name; empty for no profile
     * @return the session
     * @throws PlanException if the engine rejects the model
     */
    Session compile(byte[] model, Optional<Path> folder, Optional<Path> profile)
        throws PlanException;

    /** Releases the resources of the model, unless a session has taken ownership of them. */
    @Override
    void close();
  }

  /** A graph that is ready to run. Several threads may call {@link #run} at the same time. */
  interface Session extends AutoCloseable {

    /** {@return the types of the inputs by name} */
    Map<String, TensorType> inputs();

    /**
     * {@return the metadata of the model}
     *
     * @throws PlanException if it cannot be read
     */
    Map<String, String> metadata() throws PlanException;

    /**
     * Runs the graph once.
     *
     * @param values one value for each input, with its type and shape
     * @return the outputs by name, in order; they own their memory
     * @throws PlanException if the run fails
     */
    Map<String, TensorData> run(Map<String, TensorData> values) throws PlanException;

    /**
     * Prepares repeated runs on the same inputs, for measurements. The outputs are discarded.
     *
     * @param values the inputs, as in {@link #run}
     * @return the runs, which must be closed before the session
     * @throws PlanException if the inputs are rejected
     */
    Repeated repeat(Map<String, TensorData> values) throws PlanException;

    /**
     * Ends profiling.
     *
     * @return the file with the profile
     * @throws PlanException if there is no profile
     */
    Path endProfile() throws PlanException;

    @Override
    void close();
  }

  /** Repeated runs on the same inputs. */
  interface Repeated extends AutoCloseable {

    /**
     * Runs once and waits until the run is finished.
     *
     * @throws PlanException if the run fails
     */
    void run() throws PlanException;

    @Override
    void close();
  }
}

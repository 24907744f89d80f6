package dev.dovetail.runtime;

import dev.dovetail.graph.Graph;
import dev.dovetail.graph.TensorData;
import dev.dovetail.graph.TensorType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What compiles graphs and runs them: ONNX Runtime's official Java artifact, or another that a
 * module brings as a service for a device ({@link Engines}).
 */
public interface Engine {

  /** {@return the engine's name and version, for people} */
  String describe();

  /**
   * {@return why graphs cannot run on a device with this engine, as a sentence without its subject,
   * and what to do; empty if they can}
   *
   * @param device where plans are to run
   */
  Optional<String> problem(Device device);

  /**
   * Tries the engine's own parts on a device that has no {@link #problem}, for {@link Doctor}.
   *
   * @param device where plans are to run
   * @return what does not work; empty if everything does
   */
  default Optional<String> selfTest(Device device) {
    return Optional.empty();
  }

  /**
   * Makes a graph ready to be written as a model for this engine.
   *
   * @param graph the whole model
   * @param settings how to compile it
   * @return the graph as the engine wants it
   * @throws PlanException if the device is refused
   */
  Prepared prepare(Graph graph, Settings settings) throws PlanException;

  /**
   * Opens an ONNX file.
   *
   * @param file the file, with the weights that it names beside it
   * @param settings device and threads; the rest is the file's own
   * @param profile begins the name of the file that a profile is written to; empty for none
   * @return the session
   * @throws PlanException if the file or the device is refused
   * @throws IOException if the file cannot be read
   */
  Session open(Path file, Settings settings, Optional<Path> profile) throws IOException;

  /** A graph as an engine wants it. */
  interface Prepared extends AutoCloseable {

    /** {@return what is written as a model} */
    Graph graph();

    /**
     * Compiles the model.
     *
     * @param model what was written for {@link #graph}
     * @param folder that the locations of its weights are relative to; empty if it names none
     * @param profile begins the name of the file that a profile is written to; empty for none
     * @return the session
     * @throws PlanException if the engine refuses the model
     */
    Session compile(byte[] model, Optional<Path> folder, Optional<Path> profile)
        throws PlanException;

    /** Gives back what was made for the model, unless a session has it. */
    @Override
    void close();
  }

  /** A graph that is ready to run. Several threads may run one at a time. */
  interface Session extends AutoCloseable {

    /** {@return what it takes, by name} */
    Map<String, TensorType> inputs();

    /**
     * {@return what the model's file says about itself, by key}
     *
     * @throws PlanException if it cannot be read
     */
    Map<String, String> metadata() throws PlanException;

    /**
     * Runs once.
     *
     * @param values one for every input, of its type and shape
     * @return the outputs by name, in order, in memory of their own
     * @throws PlanException if the run fails
     */
    Map<String, TensorData> run(Map<String, TensorData> values) throws PlanException;

    /**
     * Prepares runs on the same inputs, whose outputs nobody reads.
     *
     * @param values as for {@link #run}
     * @return the runs, to be closed before the session
     * @throws PlanException if the inputs are not taken
     */
    Repeated repeat(Map<String, TensorData> values) throws PlanException;

    /**
     * Ends the profile.
     *
     * @return the file that holds it
     * @throws PlanException if there is none
     */
    Path endProfile() throws PlanException;

    @Override
    void close();
  }

  /** Runs on the same inputs. */
  interface Repeated extends AutoCloseable {

    /**
     * Runs once, and waits for the end.
     *
     * @throws PlanException if the run fails
     */
    void run() throws PlanException;

    @Override
    void close();
  }
}

package io.muster.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.muster.collector.SingleFrameReader;
import io.muster.launcher.node.Settings;
import io.muster.launcher.node.StartException;
import io.muster.runtime.node.Clocks;
import io.muster.schema.frame.FrameJson;
import io.muster.schema.frame.SectionSelection;
import io.muster.schema.json.WireJson;
import io.vertx.core.Vertx;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code muster snapshot}: one frame of this host on standard output, without a server. Used by the
 * main thread only.
 */
@Command(
    name = "snapshot",
    description = "Print one frame of this host as JSON, without a server.",
    mixinStandardHelpOptions = true)
final class SnapshotCommand implements Callable<Integer> {
  private static final long TIMEOUT_SECONDS = 30;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private final SettingOptions options = new SettingOptions();

  @Option(
      names = "--include",
      paramLabel = "SECTION[,...]",
      description =
          "Include these sections: gpu, cpu, memory, chassis, process, storage; default: the first"
              + " four.")
  private String include = "";

  @Option(names = "--pretty", description = "Indent by two spaces.")
  private boolean pretty;

  @Override
  public Integer call() throws StartException, InterruptedException {
    var settings = Settings.load(options.sources());
    var vertx = Vertx.vertx();
    try {
      var sections = SectionSelection.parse(include);
      var frame =
          SingleFrameReader.read(
                  vertx,
                  settings.collector(),
                  settings.loadHostIdentity(),
                  Clocks.system(),
                  sections)
              .toCompletionStage()
              .toCompletableFuture()
              .get(TIMEOUT_SECONDS, SECONDS);
      var json = FrameJson.ofHost(frame, sections);
      spec.commandLine()
          .getOut()
          .println(new String(pretty ? WireJson.prettyPrint(json) : json, UTF_8));
      return 0;
    } catch (ExecutionException | TimeoutException e) {
      throw new StartException("no frame could be read: " + e.getMessage(), e);
    } finally {
      // The result is ignored: the process ends next.
      vertx.close();
    }
  }
}

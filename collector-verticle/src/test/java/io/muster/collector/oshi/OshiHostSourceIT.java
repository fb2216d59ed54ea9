package io.muster.collector.oshi;

import static io.muster.collector.source.HostReadRequests.WITHOUT_PROCESSES;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.collector.host.LinuxHostSource;
import io.muster.collector.source.BusyLoop;
import io.muster.collector.source.HostSourceContract;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class OshiHostSourceIT extends HostSourceContract {
  private static final Duration OSHI_CACHE_TTL = Duration.ofMillis(350);

  private final OshiHostSource source = new OshiHostSource(System::nanoTime);

  @Override
  protected OshiHostSource source() {
    return source;
  }

  @Override
  protected void generateLoad() {
    BusyLoop.run(OSHI_CACHE_TTL);
  }

  @Test
  void read_facts_matchKernelFiles() {
    var oshi = source().read(WITHOUT_PROCESSES);
    var kernel = new LinuxHostSource(Path.of("/"), System::nanoTime).read(WITHOUT_PROCESSES);

    var oshiCpu = oshi.cpu().orElseThrow();
    var kernelCpu = kernel.cpu().orElseThrow();
    assertThat(oshiCpu.hardware().platformType()).isEqualTo(kernelCpu.hardware().platformType());
    assertThat(oshiCpu.hardware().architecture()).isEqualTo(kernelCpu.hardware().architecture());
    assertThat(oshiCpu.hardware().totalThreads()).isEqualTo(kernelCpu.hardware().totalThreads());
  }
}

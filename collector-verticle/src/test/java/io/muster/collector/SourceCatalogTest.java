package io.muster.collector;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.collector.host.LinuxHostSource;
import io.muster.collector.source.HardwareSource;
import io.muster.runtime.config.ConfigReader;
import io.muster.runtime.config.SettingSources;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class SourceCatalogTest {
  private final SourceCatalog catalog =
      new SourceCatalog(
          CollectorConfig.from(
              new ConfigReader(SettingSources.of(Map.of("collector.simulate", "2x8xH100"))),
              Path.of("/srv/muster")),
          System::nanoTime);

  @Test
  @EnabledOnOs(OS.LINUX)
  void local_linux_readsKernelFiles() {
    assertThat(catalog.local().host().get()).isInstanceOf(LinuxHostSource.class);
    assertThat(HostPlatform.readHardwareId()).isEmpty();
  }

  @Test
  void local_gpus_areThoseOfEachDriver() {
    assertThat(catalog.local().gpus())
        .extracting(Supplier::get)
        .extracting(HardwareSource::name)
        .containsExactly("nvml");
  }

  @Test
  void simulated_sources_shareOneName() {
    var sources = catalog.simulated("sim-0001");

    assertThat(sources.host().get().name()).isEqualTo("simulation");
    assertThat(sources.gpus())
        .extracting(Supplier::get)
        .extracting(HardwareSource::name)
        .containsExactly("simulation");
  }
}

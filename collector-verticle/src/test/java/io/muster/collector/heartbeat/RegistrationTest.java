package io.muster.collector.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.schema.client.ClientRegistration;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RegistrationTest {
  private final FakeRegistry registry = new FakeRegistry();

  @Test
  void tick_longNames_areClippedAtWholeCharacters() {
    registration(client("🚀".repeat(40), Optional.of("x".repeat(70)))).tick();

    assertThat(registry.announced)
        .containsExactly(client("🚀".repeat(32), Optional.of("x".repeat(64))));
  }

  @Test
  void tick_blankName_becomesTheClientId() {
    registration(client(" ", Optional.of(""))).tick();

    assertThat(registry.announced).containsExactly(client(Frames.CLIENT, Optional.empty()));
  }

  @Test
  void tick_announcedAlready_isQuiet() {
    var registration = registration(client("node7", Optional.empty()));
    registration.tick();
    registration.tick();
    assertThat(registry.announced).hasSize(1);
  }

  private Registration registration(ClientRegistration client) {
    return new Registration(
        registry, List.of(client), Duration.ofSeconds(1), new Backoff(() -> 0, () -> 0));
  }

  private static ClientRegistration client(String name, Optional<String> osType) {
    return new ClientRegistration("alice", Frames.CLIENT, "online", osType, name);
  }
}

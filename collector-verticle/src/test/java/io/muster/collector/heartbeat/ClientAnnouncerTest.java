package io.muster.collector.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.schema.client.ClientRegistration;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClientAnnouncerTest {
  private final FakeAnnouncementService announcements = new FakeAnnouncementService();

  @Test
  void announcePending_longNames_areTruncatedAtWholeCharacters() {
    announcer(client("🚀".repeat(40), Optional.of("x".repeat(70)))).announcePending();

    assertThat(announcements.announced)
        .containsExactly(client("🚀".repeat(32), Optional.of("x".repeat(64))));
  }

  @Test
  void announcePending_blankName_becomesTheClientId() {
    announcer(client(" ", Optional.of(""))).announcePending();

    assertThat(announcements.announced)
        .containsExactly(client(HeartbeatFrameFixtures.CLIENT, Optional.empty()));
  }

  @Test
  void announcePending_alreadyAnnounced_doesNothing() {
    var announcer = announcer(client("node7", Optional.empty()));
    announcer.announcePending();
    announcer.announcePending();
    assertThat(announcements.announced).hasSize(1);
  }

  private ClientAnnouncer announcer(ClientRegistration client) {
    return new ClientAnnouncer(
        announcements, List.of(client), Duration.ofSeconds(1), new Backoff(() -> 0, () -> 0));
  }

  private static ClientRegistration client(String name, Optional<String> osType) {
    return new ClientRegistration("alice", HeartbeatFrameFixtures.CLIENT, "online", osType, name);
  }
}

package io.muster.api.websocket;

import java.time.Duration;

/**
 * What one door asks of its clients.
 *
 * @param messagesPerSecond frames that a client may send in the long run; twice as many at once
 * @param sendsPings whether the server asks for a sign of life every half minute
 * @param idleTimeout longest silence of a client that is not pinged; zero for any
 */
public record WebSocketOptions(int messagesPerSecond, boolean sendsPings, Duration idleTimeout) {}

package dev.evenkeel.benchmarks.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LinkTest {

    private final ServerSocket echo = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    private final Link link = new Link(echo.getLocalPort());

    LinkTest() throws IOException {
        Thread.ofVirtual().start(this::serve);
    }

    private void serve() {
        while (!echo.isClosed()) {
            try {
                Socket client = echo.accept();
                Thread.ofVirtual().start(() -> echo(client));
            } catch (IOException _) {
                // closed
            }
        }
    }

    private static void echo(Socket client) {
        try (client) {
            client.getInputStream().transferTo(client.getOutputStream());
        } catch (IOException _) {
            // the client is gone
        }
    }

    @AfterEach
    void close() throws IOException {
        link.close();
        echo.close();
    }

    @Test
    void whatIsSentWhileItIsCutIsLostAndNobodyIsTold() throws IOException {
        try (Socket before = connect()) {
            assertThat(ask(before)).isEqualTo(7);
            link.cut();
            assertThatThrownBy(() -> ask(before)).isInstanceOf(SocketTimeoutException.class);
            try (Socket during = connect()) {
                assertThatThrownBy(() -> ask(during)).isInstanceOf(SocketTimeoutException.class);
            }
        }
    }

    @Test
    void newConnectionsLeadThereAgainOnceItIsMended() throws IOException {
        link.cut();
        link.mend();
        try (Socket after = connect()) {
            assertThat(ask(after)).isEqualTo(7);
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), link.port());
        socket.setSoTimeout(300);
        return socket;
    }

    private static int ask(Socket socket) throws IOException {
        socket.getOutputStream().write(7);
        return socket.getInputStream().read();
    }
}

<?php

declare(strict_types=1);

/** What was said, in a file of SQLite's: the comet server forgets, this does not. */
final class History
{
    private readonly PDO $database;

    public function __construct(string $file)
    {
        $this->database = new PDO("sqlite:$file", options: [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION, PDO::ATTR_TIMEOUT => 5]);
        $this->database->exec('CREATE TABLE IF NOT EXISTS said (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, text TEXT NOT NULL, time INTEGER NOT NULL)');
    }

    /** @return array{id: int, name: string, text: string, time: int} the message as it is kept */
    public function add(string $name, string $text): array
    {
        $time = time();
        $this->database->prepare('INSERT INTO said (name, text, time) VALUES (?, ?, ?)')->execute([$name, $text, $time]);
        return ['id' => (int) $this->database->lastInsertId(), 'name' => $name, 'text' => $text, 'time' => $time];
    }

    /** @return list<array{id: int, name: string, text: string, time: int}> the last of those after an id, in order */
    public function after(int $id, int $atMost = 50): array
    {
        $query = $this->database->prepare('SELECT id, name, text, time FROM said WHERE id > ? ORDER BY id DESC LIMIT ?');
        $query->execute([$id, $atMost]);
        return array_reverse($query->fetchAll(PDO::FETCH_ASSOC));
    }
}

<?php

declare(strict_types=1);

// What every page of the chat begins with.

require __DIR__ . '/Comet.php';
require __DIR__ . '/History.php';

const CHANNEL = 'lobby';
const MOST_OF_NAME = 30;
const MOST_OF_TEXT = 1000;

function history(): History
{
    return new History(getenv('CHAT_DATA') . '/chat.sqlite');
}

function comet(): Comet
{
    return new Comet(getenv('COMET_ADMIN'));
}

/** Text for a page, whatever is in it. */
function text(string $text): string
{
    return htmlspecialchars($text, ENT_QUOTES | ENT_SUBSTITUTE);
}

/** What is wrong with a message, in a sentence; null where nothing is. */
function mistake(string $name, string $text): ?string
{
    return match (true) {
        !isUtf8($name) || !isUtf8($text) => 'This is not text in UTF-8.',
        $name === '' => 'Please say who you are.',
        length($name) > MOST_OF_NAME => 'Your name is too long: at most ' . MOST_OF_NAME . ' characters.',
        $text === '' => 'Please write something first.',
        length($text) > MOST_OF_TEXT => 'This is too long: at most ' . MOST_OF_TEXT . ' characters, and these are ' . length($text) . '.',
        default => null,
    };
}

// Without the mbstring extension, which not every PHP has.
function isUtf8(string $text): bool
{
    return preg_match('//u', $text) === 1;
}

function length(string $text): int
{
    return preg_match_all('/./su', $text);
}

function answer(int $status, array $what): never
{
    http_response_code($status);
    header('Content-Type: application/json; charset=utf-8');
    echo json_encode($what, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE);
    exit;
}

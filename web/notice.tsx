// What went wrong, or what there is instead of a list.
export function Notice({ text, onClose }: { text: string; onClose?: () => void }) {
  return (
    <p className="notice" role="status">
      {text}
      {onClose && (
        <button type="button" aria-label="Close" onClick={onClose}>
          ×
        </button>
      )}
    </p>
  );
}
